package dev.shed.gateway.shed.session;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// A set of locks, one for each key: operations on the same name run one after the other.
final class KeyedLock {
    /// How long to wait for a lock: several times what an operation takes.
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition returned = lock.newCondition();

    /// Guarded by `lock`.
    private final Set<String> taken = new HashSet<>();

    /// A lock that is held until it is closed.
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /// Waits for the lock of `name`; throws `otherwise` if that takes too long.
    Turn take(String name, Supplier<? extends RuntimeException> otherwise) throws InterruptedException {
        lock.lock();
        try {
            long left = LIMIT.toNanos();
            while (!taken.add(name)) {
                if (left <= 0) {
                    throw otherwise.get();
                }
                left = returned.awaitNanos(left);
            }
            return () -> giveBack(name);
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(String name) {
        lock.lock();
        try {
            taken.remove(name);
            returned.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
