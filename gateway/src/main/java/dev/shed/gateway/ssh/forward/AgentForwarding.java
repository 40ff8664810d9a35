package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerListener;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.ContainerSocket;
import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.SocketRefusedException;
import dev.shed.gateway.failure.FailureLog;
import dev.shed.gateway.failure.ShedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Forwarding of clients' ssh agents. Each shed has one agent socket, always at the same path, which leads to the agent
/// of the newest connection that forwards one. If there is no such connection, there is no socket.
final class AgentForwarding {
    /// The socket's path. Its directory belongs to the shed's user, and no other user can enter it.
    static final String SOCKET = Container.AGENT_SOCKET;

    /// The request by which a client offers its agent.
    static final String REQUEST = "auth-agent-req@openssh.com";

    private static final Logger LOG = LoggerFactory.getLogger(AgentForwarding.class);

    /// The time limit for a client to accept the connection. Clients do so without user interaction. After
    /// it, the next client is tried.
    private static final Duration ANSWER = Duration.ofSeconds(30);

    /// The time limit for closing a listener. A container that takes longer hangs.
    private static final Duration END = Duration.ofSeconds(10);

    private final ContainerRuntime runtime;
    private final Forwards forwards;
    private final ForwardedChannels back;

    /// By container id.
    private final Map<String, AgentListener> listeners = new ConcurrentHashMap<>();

    AgentForwarding(ContainerRuntime runtime, Forwards forwards, ForwardedChannels back) {
        this.runtime = runtime;
        this.forwards = forwards;
        this.back = back;
    }

    /// Makes this connection the newest one that forwards an agent to the container. Blocks until the socket
    /// exists.
    ///
    /// @return the socket's path; empty if the agent cannot be forwarded
    Optional<String> bring(ClientForwards client, Container container) {
        var journal = forwards.journal(client, REQUEST, SOCKET);
        try {
            forwards.shed(client);
            listeners
                    .computeIfAbsent(container.id(), _ -> new AgentListener(container))
                    .bring(client);
            return Optional.of(SOCKET);
        } catch (ForwardRefusedException e) {
            journal.refused(e.why());
        } catch (SocketRefusedException e) {
            journal.refused(String.valueOf(e.getMessage()));
        } catch (ShedException e) {
            FailureLog.told(
                    e, ForwardPolicy.caller(client.client(), container.shed().value()));
            journal.refused(e.failure().message());
        }
        return Optional.empty();
    }

    private final class AgentListener {
        private final Container container;

        /// Held while the listener is opened or closed, which waits for the container.
        private final ReentrantLock changing = new ReentrantLock();

        private final ReentrantLock lock = new ReentrantLock();

        /// The clients that forward an agent, newest first. Guarded by `lock`.
        private final Deque<ClientForwards> clients = new ArrayDeque<>();

        /// Guarded by `changing`.
        private @Nullable ContainerListener listener;

        AgentListener(Container container) {
            this.container = container;
        }

        void bring(ClientForwards client) throws SocketRefusedException {
            if (add(client)) {
                client.atEnd(() -> leave(client));
            }
            changing.lock();
            try {
                if (listener == null || !listener.isOpen()) {
                    listener = runtime.listen(
                            container,
                            new Endpoint.Unix(SOCKET),
                            ContainerListener.Mode.OURS,
                            (socket, _, _) -> accept(socket));
                }
            } finally {
                changing.unlock();
            }
        }

        /// @return whether the client is new
        private boolean add(ClientForwards client) {
            lock.lock();
            try {
                boolean known = clients.remove(client);
                clients.addFirst(client);
                return !known;
            } finally {
                lock.unlock();
            }
        }

        private void leave(ClientForwards client) {
            lock.lock();
            try {
                clients.remove(client);
            } finally {
                lock.unlock();
            }
            Thread.ofVirtual().name("agent-" + container.shed() + "/end").start(this::closeUnlessNeeded);
        }

        /// Closes the listener if no client is left. A client that forwards an agent meanwhile waits, and
        /// then opens a new listener.
        private void closeUnlessNeeded() {
            changing.lock();
            try {
                if (listener != null && newestFirst().isEmpty()) {
                    listener.close(END);
                    listener = null;
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } finally {
                changing.unlock();
            }
        }

        private List<ClientForwards> newestFirst() {
            lock.lock();
            try {
                return List.copyOf(clients);
            } finally {
                lock.unlock();
            }
        }

        private void accept(ContainerSocket socket) {
            Thread.ofVirtual().name("agent-" + container.shed()).start(() -> {
                try (socket) {
                    serve(socket);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        /// Connects to the agent of the newest client, or of the next one if that client refuses or has
        /// disconnected.
        private void serve(ContainerSocket socket) throws InterruptedException {
            var call = new ForwardedChannels.Call("auth-agent@openssh.com", SOCKET, ANSWER, _ -> {});
            for (var client : newestFirst()) {
                if (back.serve(client, socket, call)) {
                    return;
                }
            }
            LOG.atDebug().addKeyValue("shed", container.shed()).log("nobody has an agent");
        }
    }
}
