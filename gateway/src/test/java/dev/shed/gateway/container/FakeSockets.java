package dev.shed.gateway.container;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// The sockets of all containers of a fake: what answers there, and what listens.
public final class FakeSockets {
    private static final int FREE_PORT = 40_000;

    private volatile Runnable beforeListening = () -> {};
    private volatile Dialler dialler = to -> {
        throw new SocketRefusedException(to + ": Connection refused");
    };

    // Guarded by this.
    private final List<FakeListener> listeners = new ArrayList<>();

    /// Makes connections in a fake container.
    public interface Dialler {
        ContainerSocket dial(Endpoint to) throws SocketRefusedException;
    }

    void use(Dialler other) {
        dialler = other;
    }

    void beforeListening(Runnable task) {
        beforeListening = task;
    }

    ContainerSocket dial(Endpoint to) throws SocketRefusedException {
        return dialler.dial(to);
    }

    synchronized List<FakeListener> listening() {
        return listeners.stream().filter(FakeListener::isOpen).toList();
    }

    ContainerListener listen(Endpoint at, ContainerListener.Mode mode, ContainerListener.Acceptor acceptor)
            throws SocketRefusedException {
        beforeListening.run();
        return listenNow(at, mode, acceptor);
    }

    private synchronized ContainerListener listenNow(
            Endpoint at, ContainerListener.Mode mode, ContainerListener.Acceptor acceptor)
            throws SocketRefusedException {
        if (mode == ContainerListener.Mode.KEEP && listeners.stream().anyMatch(other -> other.holds(at))) {
            throw new SocketRefusedException(at + ": Address already in use");
        }
        int port = switch (at) {
            case Endpoint.Tcp(String _, int asked) -> asked == 0 ? FREE_PORT + listeners.size() : asked;
            case Endpoint.Unix _ -> 0;
        };
        var listener = new FakeListener(at, port, acceptor, new AtomicBoolean(true), new AtomicBoolean(true));
        listeners.add(listener);
        return listener;
    }
}
