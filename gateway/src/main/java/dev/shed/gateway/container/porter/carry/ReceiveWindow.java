package dev.shed.gateway.container.porter.carry;

import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/// What the porter has sent on one channel and nobody has taken yet, and how much more it may
/// send. All methods are called with the carrier's lock held.
final class ReceiveWindow {
    /// Bytes after which the porter is granted as many again.
    private static final int GRANT_STEP = CarryFrames.WINDOW / 4;

    /// Bytes. Most channels carry little.
    private static final int FIRST_BUFFER = 2048;

    private final Condition changed;
    private byte[] buffer = new byte[FIRST_BUFFER];
    private byte @Nullable [] spare;
    private int start;
    private int length;
    private int credit = CarryFrames.FIRST_CREDIT;
    private int taken;
    private int grant;
    private boolean ended;
    private boolean closed;

    /// Received bytes, which are valid until the next ones are taken.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Block(byte[] bytes, int offset, int length) {}

    /// @param changed a condition of the carrier's lock
    ReceiveWindow(Condition changed) {
        this.changed = changed;
    }

    /// The porter sends so many bytes.
    ///
    /// @throws ProtocolException if it may not
    void expect(int bytes) throws ProtocolException {
        if (ended || bytes > credit) {
            throw new ProtocolException(ended ? "data after the end" : "data beyond the window");
        }
        credit -= bytes;
    }

    /// Stores bytes that were expected.
    void append(byte[] source, int offset, int count) {
        if (closed) {
            return;
        }
        if (start + length + count > buffer.length) {
            var larger = length + count > buffer.length ? new byte[sizeFor(length + count)] : buffer;
            System.arraycopy(buffer, start, larger, 0, length);
            buffer = larger;
            start = 0;
        }
        System.arraycopy(source, offset, buffer, start + length, count);
        length += count;
        changed.signalAll();
    }

    private static int sizeFor(int bytes) {
        return Math.min(Math.max(2 * Integer.highestOneBit(bytes), FIRST_BUFFER), CarryFrames.WINDOW);
    }

    /// The porter sends nothing more.
    void end() {
        ended = true;
        changed.signalAll();
    }

    boolean ended() {
        return ended;
    }

    /// Nobody takes anything more.
    void close() {
        closed = true;
        buffer = new byte[0];
        spare = null;
        start = length = grant = 0;
        changed.signalAll();
    }

    /// Grants the porter a whole window. Called once, when somebody takes all that comes.
    void widen() {
        taken += CarryFrames.WINDOW - CarryFrames.FIRST_CREDIT;
        grantTaken();
    }

    /// All received bytes; waits for some. Null at the end.
    ///
    /// @throws AsynchronousCloseException if this side has closed the channel
    @Nullable
    Block take() throws AsynchronousCloseException, InterruptedException {
        while (length == 0 && !ended && !closed) {
            changed.await();
        }
        requireOpen();
        if (length == 0) {
            return null;
        }
        var block = new Block(buffer, start, length);
        buffer = spare == null ? new byte[FIRST_BUFFER] : spare;
        // An array that was needed for one burst is not kept.
        spare = length <= FIRST_BUFFER && block.bytes().length > FIRST_BUFFER ? null : block.bytes();
        start = length = 0;
        return block;
    }

    /// Copies some bytes; -1 at the end.
    ///
    /// @param deadline a time of [System#nanoTime]
    /// @throws SocketTimeoutException if none have come until then
    int read(ByteBuffer to, long deadline)
            throws AsynchronousCloseException, SocketTimeoutException, InterruptedException {
        while (length == 0 && !ended && !closed) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new SocketTimeoutException("it says nothing");
            }
            changed.awaitNanos(left);
        }
        requireOpen();
        if (length == 0) {
            return -1;
        }
        int count = Math.min(to.remaining(), length);
        to.put(buffer, start, count);
        start += count;
        length -= count;
        taken(count);
        return count;
    }

    private void requireOpen() throws AsynchronousCloseException {
        if (closed) {
            throw new AsynchronousCloseException();
        }
    }

    /// So many bytes were used, and the porter may send as many again.
    void taken(int bytes) {
        taken += bytes;
        if (taken >= GRANT_STEP) {
            grantTaken();
        }
    }

    private void grantTaken() {
        if (!closed && !ended) {
            grant += taken;
            credit += taken;
        }
        taken = 0;
    }

    /// The bytes that the porter has to be told of, once.
    int grant() {
        int now = ended ? 0 : grant;
        grant = 0;
        return now;
    }

    boolean hasGrant() {
        return grant > 0 && !ended;
    }
}
