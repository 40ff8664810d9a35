package dev.shed.gateway.container.docker.engine;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A client that is shared by concurrent users: created for the first one, closed by the last one.
final class SharedClient<T extends Closeable> {
    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by the lock, as is the next field.
    private @Nullable T shared;

    private int users;

    /// Registers a user, who must call `leave` later.
    ///
    /// @param maker must not block
    T enter(Supplier<T> maker) {
        lock.lock();
        try {
            var there = shared == null ? maker.get() : shared;
            shared = there;
            users++;
            return there;
        } finally {
            lock.unlock();
        }
    }

    void leave() throws IOException {
        var last = lastOut();
        if (last != null) {
            last.close();
        }
    }

    private @Nullable T lastOut() {
        lock.lock();
        try {
            users--;
            if (users > 0) {
                return null;
            }
            var last = shared;
            shared = null;
            return last;
        } finally {
            lock.unlock();
        }
    }
}
