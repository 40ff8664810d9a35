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
    /// Where it is. In a directory of the shed's user's own, which nobody else can enter.
    static final String SOCKET = Container.AGENT_SOCKET;

    /// How clients offer one.
    static final String REQUEST = "auth-agent-req@openssh.com";

    private static final Logger LOG = LoggerFactory.getLogger(AgentForwarding.class);

    /// A client answers by itself, without a person; after this the one before it is asked.
    private static final Duration ANSWER = Duration.ofSeconds(30);

    /// How long a container may take to end a listener: with more, it hangs.
    private static final Duration END = Duration.ofSeconds(10);

    private final ContainerRuntime runtime;
    private final Forwards forwards;
    private final ForwardedChannels back;

    /// By the container's id.
    private final Map<String, AgentListener> listeners = new ConcurrentHashMap<>();

    AgentForwarding(ContainerRuntime runtime, Forwards forwards, ForwardedChannels back) {
        this.runtime = runtime;
        this.forwards = forwards;
        this.back = back;
    }

    /// Makes a connection the newest one that brings an agent to a container; blocks until the socket is there.
    ///
    /// @return where it is; empty when there can be none
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
            FailureLog.told(e);
            journal.refused(e.failure().message());
        }
        return Optional.empty();
    }

    private final class AgentListener {
        private final Container container;

        /// Held while the socket is made or taken away, which waits for the container.
        private final ReentrantLock changing = new ReentrantLock();

        private final ReentrantLock lock = new ReentrantLock();

        /// Newest first. Guarded by `lock`.
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

        /// @return whether it is new
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

        /// Who brings an agent meanwhile waits, and finds neither the socket nor its directory.
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

        /// The newest one's agent, or the next one's if that has just gone.
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
