package dev.shed.gateway.ssh.forward;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection's global requests that wait for a container. Answers have no identifier (RFC 4254, section 4), so they
/// must be sent in the order of the requests: while one waits, the later ones wait as well.
final class RequestQueue {
    private static final Logger LOG = LoggerFactory.getLogger(RequestQueue.class);

    /// More than any client sends ahead. One that does is not read from until there is room.
    private static final int MAX = 64;

    private final Executor executor;
    private final Semaphore room = new Semaphore(MAX);

    /// The newest request. Set by the thread that reads from the connection, and there is one at a time.
    private volatile CompletableFuture<Void> newest = CompletableFuture.completedFuture(null);

    RequestQueue(String threadName) {
        this.executor = task -> Thread.ofVirtual().name(threadName).start(task);
    }

    /// Is done when every request that was added before this call has been answered.
    CompletableFuture<Void> answered() {
        return newest;
    }

    /// Runs a task after those before it, on a thread of its own.
    void add(Runnable task) throws InterruptedException {
        room.acquire();
        newest = newest.thenRunAsync(() -> run(task), executor);
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            // Errors too: those who wait behind it go on.
            LOG.atError().setCause(e).log("request not answered");
        } finally {
            room.release();
        }
    }
}
