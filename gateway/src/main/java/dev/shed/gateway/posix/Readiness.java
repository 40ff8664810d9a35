package dev.shed.gateway.posix;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Waits until a socket can be read or written. One thread at a time may wait for each of the two.
final class Readiness implements Poller.Listener, AutoCloseable {
    private final Descriptor descriptor;
    private final Poller poller;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private long key;
    private @Nullable Thread armedBy;
    private int awaited;
    private boolean closed;

    Readiness(Descriptor descriptor, Poller poller) {
        this.descriptor = descriptor;
        this.poller = poller;
    }

    /// Waits for an event, which may turn out to be none: the next call on the socket tells.
    ///
    /// @param event [Poller#READABLE] or [Poller#WRITABLE]; a broken connection counts as both
    /// @throws IOException if this is closed, or the thread is interrupted
    void await(int event) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new ClosedChannelException();
            }
            awaited |= event;
            watch();
            while ((awaited & event) != 0 && !closed) {
                changed.await();
            }
            if (closed) {
                throw new AsynchronousCloseException();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        } finally {
            lock.unlock();
        }
    }

    /// Has the calling thread woken ([LockSupport#unpark]) by an event; it need not wait for it here.
    ///
    /// @throws IOException when this was closed
    void arm(int event) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new ClosedChannelException();
            }
            armedBy = Thread.currentThread();
            awaited |= event;
            watch();
        } finally {
            lock.unlock();
        }
    }

    /// Whether the event was asked for and has not come.
    boolean isAwaited(int event) {
        lock.lock();
        try {
            return (awaited & event) != 0 && !closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void ready(int events) {
        lock.lock();
        try {
            awaited = (events & Poller.BROKEN) != 0 ? 0 : awaited & ~events;
            if (awaited != 0 && !closed) {
                watch();
            }
            wake();
        } catch (IOException _) {
            awaited = 0; // the waiting threads repeat their calls, which tell them
            wake();
        } finally {
            lock.unlock();
        }
    }

    /// Wakes the waiting threads. The descriptor must still be open.
    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed && key != 0) {
                descriptor.use(this::remove);
            }
        } catch (IOException e) {
            throw new IllegalStateException("this is closed before the descriptor", e);
        } finally {
            closed = true;
            wake();
            lock.unlock();
        }
    }

    /// The lock is held.
    private void wake() {
        changed.signalAll();
        LockSupport.unpark(armedBy);
    }

    private long remove(int fd) {
        poller.remove(fd, key);
        return 0;
    }

    /// Watches for the awaited events. The lock must be held.
    private void watch() throws IOException {
        if (key == 0) {
            key = descriptor.use(fd -> poller.add(fd, awaited, this));
        } else {
            descriptor.use(fd -> poller.watch(fd, awaited, key));
        }
    }
}
