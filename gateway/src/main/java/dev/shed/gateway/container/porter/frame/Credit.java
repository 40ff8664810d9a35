package dev.shed.gateway.container.porter.frame;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The number of bytes that a process's stdin can still take (docs/porter-protocol.md, section 5).
public final class Credit {
    public static final int INITIAL = 262_144;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private long available = INITIAL;
    private boolean closed;

    /// Takes up to `wanted` bytes of credit; waits while there is none.
    ///
    /// @throws IOException if stdin is closed, like a broken pipe
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

    /// Takes that much credit if it is there now.
    ///
    /// @return whether it was
    public boolean takeNow(int wanted) {
        lock.lock();
        try {
            boolean there = !closed && available >= wanted;
            available -= there ? wanted : 0;
            return there;
        } finally {
            lock.unlock();
        }
    }

    /// Gives back what was taken and not used.
    public void giveBack(int unused) {
        lock.lock();
        try {
            available += unused;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Adds credit that the porter has granted.
    ///
    /// @throws ProtocolException if that exceeds the bytes that were sent
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

    /// Closes the credit and wakes waiting threads.
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
