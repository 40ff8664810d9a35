package dev.shed.gateway.container;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// A socket that listens in a fake container.
///
/// @param place where it was asked to listen
/// @param taken whether nobody else can listen there: a container needs a moment to let go of it
public record FakeListener(
        Endpoint place, int port, ContainerListener.Acceptor acceptor, AtomicBoolean open, AtomicBoolean taken)
        implements ContainerListener {
    /// Somebody in the container connects.
    public FakeSocket connect() {
        var socket = FakeSocket.accepted();
        acceptor.accept(socket, "127.0.0.1", 4711);
        return socket;
    }

    boolean holds(Endpoint other) {
        return taken.get()
                && place.equals(other)
                && !(other instanceof Endpoint.Tcp(String _, int asked) && asked == 0);
    }

    @Override
    public boolean isOpen() {
        return open.get();
    }

    @Override
    public void close() {
        open.set(false);
    }

    @Override
    public void close(Duration limit) {
        close();
        taken.set(false);
    }
}
