package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.container.ContainerSocket;
import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.SocketRefusedException;
import dev.shed.gateway.ssh.forward.RemoteForward.BindAddress;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.sshd.common.util.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Requests to listen in the container (RFC 4254, section 7.1; OpenSSH's PROTOCOL, section 2.4), and the connections to
/// such listeners.
final class RemoteForwards {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteForwards.class);

    private static final String TCP = "tcpip-forward";
    private static final String UNIX = "streamlocal-forward@openssh.com";
    private static final String CANCEL_TCP = "cancel-tcpip-forward";
    private static final String CANCEL_UNIX = "cancel-streamlocal-forward@openssh.com";

    /// The time limit for the client's reply. sshd waits as long as the connection exists, and so does the
    /// gateway in effect: a suspended laptop replies when it wakes up.
    private static final Duration ANSWER = Duration.ofDays(365);

    /// The time limit for closing a listener. A container that takes longer hangs.
    private static final Duration CANCEL = Duration.ofSeconds(10);

    private final Forwards forwards;
    private final ForwardedChannels back;
    private final ListenRules rules;
    private final Listeners listeners = new Listeners();

    /// The result of a request.
    sealed interface Answer {
        /// The request failed.
        ///
        /// @param why the reason, for display; may be empty
        record Failed(String why) implements Answer {}

        /// The request succeeded.
        ///
        /// @param port the chosen port, if the client requested port 0
        /// @param told runs after the reply has been sent
        record Done(OptionalInt port, Runnable told) implements Answer {}
    }

    RemoteForwards(Forwards forwards, ForwardedChannels back, ListenRules rules) {
        this.forwards = forwards;
        this.back = back;
        this.rules = rules;
    }

    static Set<String> names() {
        return Set.of(TCP, UNIX, CANCEL_TCP, CANCEL_UNIX);
    }

    /// Serves a forwarding request; blocks until the container has replied.
    Answer serve(ClientForwards client, String request, Buffer buffer) {
        try {
            var bind = bindAddress(request, buffer);
            return switch (request) {
                case TCP, UNIX -> listen(client, request, bind);
                default -> cancel(client, bind);
            };
        } catch (InterruptedException | RuntimeException e) {
            LOG.atWarn().addKeyValue("request", request).setCause(e).log("request not served");
            return new Answer.Failed("a defect of the gateway");
        }
    }

    private static BindAddress bindAddress(String request, Buffer buffer) {
        var address = buffer.getString();
        boolean unix = request.equals(UNIX) || request.equals(CANCEL_UNIX);
        return new BindAddress(unix, address, unix ? 0 : buffer.getInt());
    }

    /// A successful reply means that the address is free again.
    private static Answer cancel(ClientForwards client, BindAddress bind) throws InterruptedException {
        var forward = client.cancel(bind);
        if (forward.isEmpty()) {
            return new Answer.Failed("nothing listens there for this connection");
        }
        forward.get().close(CANCEL);
        return new Answer.Done(OptionalInt.empty(), () -> {});
    }

    private Answer listen(ClientForwards client, String request, BindAddress asked) {
        var at = at(asked);
        var forwardAudit = forwards.journal(client, request, at.toString());
        try {
            var forward = listen(client, asked, at, forwardAudit);
            forwardAudit.target(at(forward.address()).toString());
            forwardAudit.opened();
            client.keep(forward);
            boolean ours = !asked.unix() && asked.port() == 0;
            return new Answer.Done(
                    ours ? OptionalInt.of(forward.address().port()) : OptionalInt.empty(), forward::announced);
        } catch (ForwardRefusedException e) {
            return refused(forwardAudit, e.why());
        } catch (SocketRefusedException e) {
            return refused(forwardAudit, e.getMessage() + owner(client, at));
        }
    }

    private static Answer refused(ForwardAudit forwardAudit, String why) {
        forwardAudit.refused(why);
        return new Answer.Failed(why);
    }

    private String owner(ClientForwards client, Endpoint at) {
        try {
            return listeners
                    .owner(forwards.shed(client), at)
                    .map(owner -> ": it belongs to " + owner + " until that connection ends")
                    .orElse("");
        } catch (ForwardRefusedException _) {
            return "";
        }
    }

    private Endpoint at(BindAddress bind) {
        return bind.unix()
                ? new Endpoint.Unix(bind.address())
                : new Endpoint.Tcp(rules.address(bind.address()), bind.port());
    }

    private RemoteForward listen(ClientForwards client, BindAddress asked, Endpoint at, ForwardAudit forwardAudit)
            throws ForwardRefusedException, SocketRefusedException {
        var shed = forwards.shed(client);
        var permit = forwards.admit(client, asked);
        var announced = new CompletableFuture<BindAddress>();
        boolean done = false;
        try {
            var listener = forwards.listen(
                    client,
                    at,
                    rules.mode(),
                    (socket, address, port) -> accept(client, announced, socket, new Peer(address, port)));
            done = true;
            var bind = new BindAddress(asked.unix(), asked.address(), listener.port());
            var taken = at(bind);
            listeners.add(shed, taken, client.client());
            return new RemoteForward(
                    bind,
                    listener,
                    () -> {
                        listeners.remove(shed, taken, client.client());
                        permit.close();
                        forwardAudit.closed(0, 0);
                    },
                    announced);
        } finally {
            if (!done) {
                announced.cancel(false);
                permit.close();
            }
        }
    }

    /// The address of the peer.
    private record Peer(String address, int port) {}

    private void accept(ClientForwards client, Future<BindAddress> announced, ContainerSocket socket, Peer peer) {
        Thread.ofVirtual().name(client.client().origin().conn() + "/peer").start(() -> {
            try (socket) {
                back.serve(client, socket, called(announced.get(), peer));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (CancellationException | ExecutionException e) {
                LOG.atDebug().setCause(e).log("cancelled before the client knew of it");
            }
        });
    }

    private ForwardedChannels.Call called(BindAddress bind, Peer peer) {
        if (bind.unix()) {
            return new ForwardedChannels.Call("forwarded-streamlocal@openssh.com", bind.address(), ANSWER, buffer -> {
                buffer.putString(bind.address());
                buffer.putString("");
            });
        }
        return new ForwardedChannels.Call("forwarded-tcpip", at(bind).toString(), ANSWER, buffer -> {
            buffer.putString(bind.address());
            buffer.putUInt(bind.port());
            buffer.putString(peer.address());
            buffer.putUInt(peer.port());
        });
    }
}
