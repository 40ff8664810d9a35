package dev.shed.gateway.container.porter.carry;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;

/// What is to be sent on one channel, and how much more the porter takes. All methods are called with the carrier's
/// lock held.
final class SendWindow {
    private final Condition changed;
    private int window = CarryFrames.WINDOW;
    private byte[] data = {};
    private int length;
    private boolean endWanted;
    private boolean endSent;
    private boolean broken;
    private boolean closed;

    /// @param changed a condition of the carrier's lock
    SendWindow(Condition changed) {
        this.changed = changed;
    }

    /// The porter takes so many more bytes.
    ///
    /// @throws ProtocolException if they were not sent before
    void adjust(long bytes) throws ProtocolException {
        if (bytes > CarryFrames.WINDOW - window) {
            throw new ProtocolException("a window for " + bytes + " bytes that were not sent");
        }
        window += (int) bytes;
        changed.signalAll();
    }

    /// Takes some of these bytes for the next frame; waits until that is possible.
    ///
    /// @return how many
    /// @throws IOException if the channel is closed
    int put(byte[] source, int offset, int count) throws IOException, InterruptedException {
        while (!closed && !broken && (window == 0 || length == CarryFrames.MAX_DATA)) {
            changed.await();
        }
        if (closed) {
            throw new AsynchronousCloseException();
        }
        if (broken || endWanted) {
            throw new IOException(broken ? "the porter takes no more" : "the end was sent before");
        }
        int taken = Math.min(count, Math.min(window, CarryFrames.MAX_DATA - length));
        if (length + taken > data.length) {
            int size = Math.max(2 * Integer.highestOneBit(length + taken), 256);
            data = Arrays.copyOf(data, Math.min(size, CarryFrames.MAX_DATA));
        }
        System.arraycopy(source, offset, data, length, taken);
        length += taken;
        window -= taken;
        return taken;
    }

    /// Nothing more is put.
    void end() {
        endWanted = true;
    }

    /// The porter has closed the channel: what is not sent yet is dropped.
    void breakOff() {
        broken = true;
        length = 0;
        data = new byte[0];
        changed.signalAll();
    }

    /// This side has closed the channel: what was put is still sent.
    void close() {
        closed = true;
        changed.signalAll();
    }

    /// Bytes of the frames that are to be sent now.
    int size() {
        return (length > 0 ? CarryFrames.HEADER + length : 0) + (sendsEnd() ? CarryFrames.HEADER : 0);
    }

    private boolean sendsEnd() {
        return endWanted && !endSent && !broken;
    }

    /// Moves them.
    void moveTo(ByteBuffer frames, long channel) {
        if (length > 0) {
            CarryFrames.header(frames, CarryFrames.DATA, channel, length);
            frames.put(data, 0, length);
            length = 0;
            changed.signalAll();
        }
        if (sendsEnd()) {
            CarryFrames.header(frames, CarryFrames.EOF, channel, 0);
            endSent = true;
        }
    }
}
