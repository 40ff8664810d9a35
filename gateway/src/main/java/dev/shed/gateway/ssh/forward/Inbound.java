package dev.shed.gateway.ssh.forward;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What the client has sent on a channel and the socket has not taken yet. It cannot grow beyond the channel's window,
/// which is given back only for what was passed on.
final class Inbound {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final Deque<byte[]> chunks = new ArrayDeque<>();
    private boolean ended;
    private boolean abandoned;
    private long received;

    /// Never blocks.
    ///
    /// @return whether it was kept; nobody wants it otherwise
    boolean add(byte[] source, int offset, int length) {
        lock.lock();
        try {
            received += length;
            if (!abandoned) {
                var chunk = new byte[length];
                System.arraycopy(source, offset, chunk, 0, length);
                chunks.add(chunk);
                changed.signal();
            }
            return !abandoned;
        } finally {
            lock.unlock();
        }
    }

    /// Nothing more will come; what is there stays.
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Nobody wants the rest.
    ///
    /// @return how many bytes were dropped
    int abandon() {
        lock.lock();
        try {
            int dropped = chunks.stream().mapToInt(chunk -> chunk.length).sum();
            chunks.clear();
            abandoned = true;
            ended = true;
            changed.signal();
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /// The next bytes, waiting for some; null at the end.
    byte @Nullable [] take() throws InterruptedException {
        lock.lock();
        try {
            while (chunks.isEmpty() && !ended) {
                changed.await();
            }
            return chunks.poll();
        } finally {
            lock.unlock();
        }
    }

    long received() {
        lock.lock();
        try {
            return received;
        } finally {
            lock.unlock();
        }
    }
}
