package dev.shed.gateway.container.porter.frame;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// How many bytes a process's stdin can still take (docs/porter-protocol.md, section 5).
public final class Credit {
    public static final int INITIAL = 262_144;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private long available = INITIAL;
    private boolean closed;

    /// Takes as much as there is, up to `wanted`; waits while there is none.
    ///
    /// @throws IOException when stdin is closed, as a broken pipe's
    public int take(int wanted) throws IOException {
        lock.lock();
        try {
            while (available == 0 && !closed) {
                changed.await();
            }
            if (closed) {
                throw new IOException("the process takes no more input");
            }
            int taken = (int) Math.min(wanted, available);
            available -= taken;
            return taken;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while the process takes no input").initCause(e);
        } finally {
            lock.unlock();
        }
    }

    /// Adds what the other side allows from now on.
    ///
    /// @throws ProtocolException when that is more than was ever taken
    public void grant(long bytes) throws ProtocolException {
        lock.lock();
        try {
            if (bytes > INITIAL - available) {
                throw new ProtocolException("credit for " + bytes + " bytes that were not sent");
            }
            available += bytes;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Wakes whoever waits.
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
