package dev.shed.gateway.container.porter.frame;

import java.io.IOException;
import java.net.ProtocolException;

/// Decodes the frames of a connection, whose bytes may arrive in pieces of any size. The payload of `OUT` and
/// `ERR` is passed on as it arrives, without a copy, because it is the bulk of the data.
public final class FrameDecoder {
    private final Receiver receiver;
    private final byte[] header = new byte[Frames.HEADER];
    private int headerLength;
    private int type;
    private int remaining;
    private byte[] payload = {};

    /// Receives the frames of a connection.
    public interface Receiver {
        /// A part of an `OUT` or `ERR` payload.
        void output(int type, byte[] source, int offset, int length) throws IOException;

        /// Any other frame, complete.
        void frame(int type, FrameReader payload) throws IOException;

        /// Whether the next bytes are a frame.
        default boolean expectsFrames() {
            return true;
        }
    }

    public FrameDecoder(Receiver receiver) {
        this.receiver = receiver;
    }

    /// Decodes received bytes.
    ///
    /// @return how many bytes were used: all, as long as the receiver expects frames
    /// @throws ProtocolException if a porter cannot have sent this
    public int accept(byte[] source, int offset, int length) throws IOException {
        int end = offset + length;
        int position = offset;
        while (position < end && receiver.expectsFrames()) {
            position += headerLength < Frames.HEADER
                    ? takeHeader(source, position, end)
                    : takePayload(source, position, end);
        }
        return position - offset;
    }

    /// Whether there is no part of a frame whose rest has not come.
    public boolean isBetweenFrames() {
        return headerLength == 0;
    }

    private int takeHeader(byte[] source, int position, int end) throws IOException {
        int count = Math.min(end - position, Frames.HEADER - headerLength);
        System.arraycopy(source, position, header, headerLength, count);
        headerLength += count;
        if (headerLength == Frames.HEADER) {
            begin();
        }
        return count;
    }

    private void begin() throws IOException {
        type = header[0] & 0xff;
        long length = new FrameReader(header).skipByte().u32();
        if (length > Frames.MAX_PAYLOAD) {
            throw new ProtocolException("a frame of " + length + " bytes");
        }
        if (isOutput() && length == 0) {
            throw new ProtocolException("output without bytes");
        }
        remaining = (int) length;
        payload = isOutput() ? payload : new byte[remaining];
        if (remaining == 0) {
            finish();
        }
    }

    private int takePayload(byte[] source, int position, int end) throws IOException {
        int count = Math.min(end - position, remaining);
        if (isOutput()) {
            receiver.output(type, source, position, count);
        } else {
            System.arraycopy(source, position, payload, payload.length - remaining, count);
        }
        remaining -= count;
        if (remaining == 0) {
            finish();
        }
        return count;
    }

    private void finish() throws IOException {
        headerLength = 0;
        if (!isOutput()) {
            receiver.frame(type, new FrameReader(payload));
        }
    }

    private boolean isOutput() {
        return type == Frames.OUT || type == Frames.ERR;
    }
}
