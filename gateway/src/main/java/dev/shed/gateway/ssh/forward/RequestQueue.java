package dev.shed.gateway.ssh.forward;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection's global requests that wait for a container. Replies have no identifier (RFC 4254, section
/// 4), so they must be sent in the order of the requests: while one waits, the later ones wait as well.
final class RequestQueue {
    private static final Logger LOG = LoggerFactory.getLogger(RequestQueue.class);

    /// More than any client sends without waiting for replies. When the queue is full, reading from the
    /// connection stops.
    private static final int MAX = 64;

    private final Executor executor;
    private final Semaphore room = new Semaphore(MAX);

    /// The newest request. Set only by the thread that reads from the connection, of which there is one at a
    /// time.
    private volatile CompletableFuture<Void> newest = CompletableFuture.completedFuture(null);

    RequestQueue(String threadName) {
        this.executor = task -> Thread.ofVirtual().name(threadName).start(task);
    }

    /// Completed when every request that was added before this call has been answered.
    CompletableFuture<Void> answered() {
        return newest;
    }

    /// Runs a task on a separate thread after the tasks that were added before it.
    void add(Runnable task) throws InterruptedException {
        room.acquire();
        newest = newest.thenRunAsync(() -> run(task), executor);
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            // Errors too, so that the next requests still run.
            LOG.atError().setCause(e).log("request not answered");
        } finally {
            room.release();
        }
    }
}
