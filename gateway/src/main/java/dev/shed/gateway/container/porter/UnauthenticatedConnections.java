package dev.shed.gateway.container.porter;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// Counts the connections that have not said the token yet. Every user of a container can make some, and the user that
/// makes the most of them uses up its own share and not the porter's.
final class UnauthenticatedConnections {
    /// More than a porter opens at once: a listener's peers come all together.
    static final int MAX_OF_ONE_USER = 512;

    private static final int MAX = 2 * MAX_OF_ONE_USER;

    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by the lock, as is the next one.
    private final Map<String, Integer> byUser = new HashMap<>();

    private int all;

    /// Whether one more is let in, who then has to leave.
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
