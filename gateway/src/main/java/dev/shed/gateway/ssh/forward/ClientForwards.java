package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.ssh.connection.Login;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.common.session.Session;
import org.jspecify.annotations.Nullable;

/// The forwards of one connection: its channels, its listeners, and whether it forwards an agent. They end
/// with the connection.
final class ClientForwards {
    private final Login client;
    private final Session session;
    private final RequestQueue requests;
    private final AtomicInteger open = new AtomicInteger();

    /// The container found at the last forward, because a request to the engine takes longer than connecting.
    private volatile @Nullable Container container;

    private volatile boolean bringsAgent;

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final Map<RemoteForward.BindAddress, RemoteForward> listening = new HashMap<>();
    private final List<Runnable> atEnd = new ArrayList<>();
    private boolean ended;

    ClientForwards(Login client, Session session) {
        this.client = client;
        this.session = session;
        this.requests = new RequestQueue(client.origin().conn() + "/requests");
    }

    Login client() {
        return client;
    }

    Session session() {
        return session;
    }

    RequestQueue requests() {
        return requests;
    }

    AtomicInteger open() {
        return open;
    }

    Optional<Container> known() {
        return Optional.ofNullable(container);
    }

    void know(@Nullable Container found) {
        container = found;
    }

    boolean bringsAgent() {
        return bringsAgent;
    }

    void bringAgent() {
        bringsAgent = true;
    }

    /// Runs `task` when the connection ends, or at once if it has ended.
    void atEnd(Runnable task) {
        boolean now;
        lock.lock();
        try {
            now = ended;
            if (!ended) {
                atEnd.add(task);
            }
        } finally {
            lock.unlock();
        }
        if (now) {
            task.run();
        }
    }

    /// Keeps a listener until it is cancelled or the connection ends. If the connection has ended, closes it
    /// at once.
    void keep(RemoteForward forward) {
        boolean tooLate;
        lock.lock();
        try {
            tooLate = ended;
            if (!ended) {
                listening.put(forward.address(), forward);
            }
        } finally {
            lock.unlock();
        }
        if (tooLate) {
            forward.close();
        }
    }

    Optional<RemoteForward> cancel(RemoteForward.BindAddress bind) {
        lock.lock();
        try {
            return Optional.ofNullable(listening.remove(bind));
        } finally {
            lock.unlock();
        }
    }

    /// Handles the end of the connection.
    void end() {
        List<RemoteForward> forwards;
        List<Runnable> tasks;
        lock.lock();
        try {
            ended = true;
            forwards = List.copyOf(listening.values());
            tasks = List.copyOf(atEnd);
            listening.clear();
            atEnd.clear();
        } finally {
            lock.unlock();
        }
        forwards.forEach(RemoteForward::close);
        tasks.forEach(Runnable::run);
    }
}
