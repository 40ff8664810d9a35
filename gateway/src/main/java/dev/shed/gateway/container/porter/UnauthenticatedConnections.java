package dev.shed.gateway.container.porter;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// Counts the connections that have not sent the token yet. Every user of a container can open some. A limit
/// for each user leaves room for the porter.
final class UnauthenticatedConnections {
    /// Above the number that a porter opens at once, when many peers connect to a listener together.
    static final int MAX_OF_ONE_USER = 512;

    private static final int MAX = 2 * MAX_OF_ONE_USER;

    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by the lock, as is the next field.
    private final Map<String, Integer> byUser = new HashMap<>();

    private int all;

    /// Counts a connection, unless the limit is reached. If it returns true, the caller must call `leave`
    /// later.
    boolean enter(String user) {
        lock.lock();
        try {
            if (all >= MAX || byUser.getOrDefault(user, 0) >= MAX_OF_ONE_USER) {
                return false;
            }
            byUser.merge(user, 1, Integer::sum);
            all++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void leave(String user) {
        lock.lock();
        try {
            byUser.computeIfPresent(user, (_, count) -> count > 1 ? count - 1 : null);
            all--;
        } finally {
            lock.unlock();
        }
    }
}
