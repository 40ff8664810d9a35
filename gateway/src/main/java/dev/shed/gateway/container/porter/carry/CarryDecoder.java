package dev.shed.gateway.container.porter.carry;

import java.net.ProtocolException;
import java.nio.ByteBuffer;

/// Decodes the stream from a porter, whose bytes may arrive in pieces of any size. The bytes of
/// `DATA` are passed on as they arrive, without a copy.
final class CarryDecoder {
    private static final long UNSIGNED = 0xffff_ffffL;

    private final Receiver receiver;
    private final ByteBuffer header = ByteBuffer.allocate(CarryFrames.HEADER);
    private final ByteBuffer adjust = ByteBuffer.allocate(Integer.BYTES);
    private boolean begun;
    private int type;
    private long channel;
    private int remaining;

    /// Receives the frames.
    interface Receiver {
        /// So many bytes of `DATA` follow.
        ///
        /// @throws ProtocolException if the porter may not send them
        void expect(long channel, int length) throws ProtocolException;

        /// Some of them.
        void data(long channel, byte[] source, int offset, int length);

        /// Any other frame.
        ///
        /// @param adjust the bytes that a `WINDOW_ADJUST` grants; otherwise 0
        void frame(int type, long channel, long adjust) throws ProtocolException;
    }

    CarryDecoder(Receiver receiver) {
        this.receiver = receiver;
    }

    /// Decodes received bytes.
    ///
    /// @throws ProtocolException if a porter cannot have sent this
    void accept(byte[] source, int offset, int length) throws ProtocolException {
        int end = offset + length;
        int position = offset;
        if (!begun && length > 0) {
            require(source[position++] == CarryFrames.VERSION, "another version of the protocol, or no porter");
            begun = true;
        }
        while (position < end) {
            if (header.hasRemaining()) {
                position += takeHeader(source, position, end);
            } else {
                position +=
                        type == CarryFrames.DATA ? takeData(source, position, end) : takeAdjust(source, position, end);
            }
        }
    }

    private int takeHeader(byte[] source, int position, int end) throws ProtocolException {
        int count = Math.min(end - position, header.remaining());
        header.put(source, position, count);
        if (!header.hasRemaining()) {
            begin();
        }
        return count;
    }

    private void begin() throws ProtocolException {
        type = header.get(0) & 0xff;
        channel = header.getInt(1) & UNSIGNED;
        long length = header.getInt(1 + Integer.BYTES) & UNSIGNED;
        require((channel == 0) == (type == CarryFrames.KEEPALIVE), "a frame of channel " + channel);
        switch (type) {
            case CarryFrames.DATA -> {
                require(length > 0 && length <= CarryFrames.MAX_DATA, "a frame of " + length + " bytes");
                receiver.expect(channel, (int) length);
            }
            case CarryFrames.WINDOW_ADJUST -> require(length == Integer.BYTES, "a window of " + length + " bytes");
            case CarryFrames.OPEN, CarryFrames.EOF, CarryFrames.CLOSE, CarryFrames.KEEPALIVE ->
                require(length == 0, "bytes in a frame that has none");
            default -> throw new ProtocolException("a frame of the type " + type);
        }
        remaining = (int) length;
        if (remaining == 0) {
            finish(0);
        }
    }

    private int takeData(byte[] source, int position, int end) throws ProtocolException {
        int count = Math.min(end - position, remaining);
        receiver.data(channel, source, position, count);
        remaining -= count;
        if (remaining == 0) {
            header.clear();
        }
        return count;
    }

    private int takeAdjust(byte[] source, int position, int end) throws ProtocolException {
        int count = Math.min(end - position, adjust.remaining());
        adjust.put(source, position, count);
        if (!adjust.hasRemaining()) {
            adjust.clear();
            finish(adjust.getInt(0) & UNSIGNED);
        }
        return count;
    }

    private void finish(long granted) throws ProtocolException {
        header.clear();
        receiver.frame(type, channel, granted);
    }

    private static void require(boolean condition, String otherwise) throws ProtocolException {
        if (!condition) {
            throw new ProtocolException(otherwise);
        }
    }
}
