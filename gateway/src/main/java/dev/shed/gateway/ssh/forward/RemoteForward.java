package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.container.ContainerListener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A listener of a client in a container (`ssh -R`).
final class RemoteForward implements AutoCloseable {
    /// The address as the client sent it. The client repeats it to cancel the forward, and it is sent to the
    /// client with each connection.
    ///
    /// @param address a host or address, or a unix socket's path
    /// @param port 0 for a unix socket
    record BindAddress(boolean unix, String address, int port) {}

    private final BindAddress address;
    private final Runnable onEnd;

    /// Completed when the reply to the client's request has been sent. Connections that were accepted before
    /// wait for that, because the client could not assign them.
    private final CompletableFuture<BindAddress> announced;

    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by the lock.
    private @Nullable ContainerListener listener;

    /// @param onEnd called once, when the listener no longer counts against the limits
    RemoteForward(
            BindAddress address, ContainerListener listener, Runnable onEnd, CompletableFuture<BindAddress> announced) {
        this.address = address;
        this.listener = listener;
        this.onEnd = onEnd;
        this.announced = announced;
    }

    BindAddress address() {
        return address;
    }

    void announced() {
        announced.complete(address);
    }

    /// Stops listening; may be called twice. Accepted connections stay open.
    @Override
    public void close() {
        var last = take();
        if (last != null) {
            last.close();
            onEnd.run();
        }
    }

    /// The same, and waits up to `limit` until the address is free again.
    void close(Duration limit) throws InterruptedException {
        var last = take();
        if (last != null) {
            try {
                last.close(limit);
            } finally {
                onEnd.run();
            }
        }
    }

    private @Nullable ContainerListener take() {
        announced.cancel(false);
        lock.lock();
        try {
            var last = listener;
            listener = null;
            return last;
        } finally {
            lock.unlock();
        }
    }
}
