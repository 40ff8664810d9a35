package dev.shed.gateway.ssh.forward;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A connection's global requests that have to wait for a container. Answers carry no name (RFC 4254, section 4), so
/// they must go out in the order of the requests: while one waits, the others do as well.
final class RequestQueue {
    /// More than any client sends ahead. One that does is not read from until there is room.
    private static final int MAX = 64;

    private final String threadName;
    private final Semaphore room = new Semaphore(MAX);
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private boolean working;

    RequestQueue(String threadName) {
        this.threadName = threadName;
    }

    /// Whether nothing waits, and nothing is being answered.
    boolean isIdle() {
        lock.lock();
        try {
            return !working;
        } finally {
            lock.unlock();
        }
    }

    /// Runs a task after those before it, on a thread of its own.
    void add(Runnable task) throws InterruptedException {
        room.acquire();
        lock.lock();
        try {
            tasks.add(task);
            if (!working) {
                working = true;
                Thread.ofVirtual().name(threadName).start(this::work);
            }
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        for (var task = next(); task != null; task = next()) {
            try {
                task.run();
            } finally {
                room.release();
            }
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            var task = tasks.poll();
            working = task != null;
            return task;
        } finally {
            lock.unlock();
        }
    }
}
