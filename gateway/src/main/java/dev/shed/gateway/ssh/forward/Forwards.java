package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.access.VerbWords;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditLog;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerListener;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.ContainerSocket;
import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.SocketRefusedException;
import dev.shed.gateway.failure.FailureLog;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.ssh.connection.Login;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.session.Session;

/// The steps common to all kinds of forwards: permission, container, audit.
final class Forwards {
    private static final AttributeKey<ClientForwards> KEY = new AttributeKey<>();
    private static final String OPENSSH = "@openssh.com";

    private final ContainerRuntime runtime;
    private final ForwardPolicy forwardPolicy;
    private final Quota quota;
    private final AuditLog audit;

    Forwards(ContainerRuntime runtime, ForwardPolicy forwardPolicy, Quota quota, AuditLog audit) {
        this.runtime = runtime;
        this.forwardPolicy = forwardPolicy;
        this.quota = quota;
        this.audit = audit;
    }

    private interface Attempt<T> {
        T make(Container container) throws SocketRefusedException;
    }

    /// The forwards of a connection; created at the first call.
    ClientForwards of(Session session) {
        return session.computeAttributeIfAbsent(KEY, _ -> {
            var made = new ClientForwards(Login.of(session), session);
            session.addCloseFutureListener(_ -> made.end());
            return made;
        });
    }

    /// @param kind the name of the channel's type or of the request
    ForwardAudit journal(ClientForwards of, String kind, String target) {
        var client = of.client();
        var shed = shedOrNone(client);
        var plain = kind.endsWith(OPENSSH) ? kind.substring(0, kind.length() - OPENSSH.length()) : kind;
        var forward = new AuditEvent.Forward(client.nextChannelId(), client.userName(), shed, plain, target);
        return new ForwardAudit(audit, client, forward);
    }

    /// Checks whether the key and the limits permit a connection to a target.
    Quota.Permit admit(ClientForwards of, Endpoint to) throws ForwardRefusedException {
        var grant = of.client().identity().grant();
        boolean permitted = switch (to) {
            case Endpoint.Tcp(String host, int port) -> grant.permitsOpen(host, port);
            // A list of hosts and ports permits no unix socket.
            case Endpoint.Unix _ -> grant.permitOpen().isEmpty();
        };
        if (!permitted) {
            throw ForwardRefusedException.prohibited("this key may not forward to " + to);
        }
        return admit(of);
    }

    /// Checks whether the key and the limits permit the client to listen.
    ///
    /// @param asked the address as the client sent it
    Quota.Permit admit(ClientForwards of, RemoteForward.BindAddress asked) throws ForwardRefusedException {
        var grant = of.client().identity().grant();
        boolean permitted = asked.unix()
                ? grant.permitListen().isEmpty() // as above
                : grant.permitsListen(asked.address(), asked.port());
        if (!permitted) {
            var place = asked.unix() ? asked.address() : "port " + asked.port() + " of '" + asked.address() + "'";
            throw ForwardRefusedException.prohibited("this key may not listen on " + place);
        }
        return admit(of);
    }

    /// Checks whether the key and the limits permit a forward of any port or socket.
    Quota.Permit admit(ClientForwards of) throws ForwardRefusedException {
        var grant = of.client().identity().grant();
        if (!grant.portForwarding() || !grant.permitsVerb(VerbWords.FORWARD)) {
            throw ForwardRefusedException.prohibited("this key may not forward");
        }
        return take(of);
    }

    /// Checks the limits for a connection that a listener has accepted.
    Quota.Permit admitPeer(ClientForwards of) throws ForwardRefusedException {
        return take(of);
    }

    private Quota.Permit take(ClientForwards of) throws ForwardRefusedException {
        try {
            audit.requireWritable();
        } catch (ShedException e) {
            FailureLog.told(e, ForwardPolicy.caller(of.client(), shedOrNone(of.client())));
            throw ForwardRefusedException.failed(e.failure().message());
        }
        return quota.take(of.open(), forwardPolicy.shed(of.client()));
    }

    ContainerSocket dial(ClientForwards of, Endpoint to) throws ForwardRefusedException, SocketRefusedException {
        return attempt(of, container -> runtime.dial(container, to));
    }

    ContainerListener listen(
            ClientForwards of, Endpoint at, ContainerListener.Mode mode, ContainerListener.Acceptor acceptor)
            throws ForwardRefusedException, SocketRefusedException {
        return attempt(of, container -> runtime.listen(container, at, mode, acceptor));
    }

    /// Tries the known container first; if that fails, asks the engine for the current one and tries again.
    private <T> T attempt(ClientForwards of, Attempt<T> attempt)
            throws ForwardRefusedException, SocketRefusedException {
        var known = of.known();
        if (known.isPresent()) {
            try {
                return attempt.make(known.get());
            } catch (ShedException _) {
                of.know(null);
            }
        }
        var container = forwardPolicy.container(of.client(), forwardPolicy.shed(of.client()));
        try {
            var made = attempt.make(container);
            of.know(container);
            return made;
        } catch (ShedException e) {
            FailureLog.told(e, ForwardPolicy.caller(of.client(), shedOrNone(of.client())));
            throw ForwardRefusedException.failed(e.failure().message());
        }
    }

    private String shedOrNone(Login client) {
        try {
            return forwardPolicy.shed(client).value();
        } catch (ForwardRefusedException _) {
            return "";
        }
    }

    ShedName shed(ClientForwards of) throws ForwardRefusedException {
        return forwardPolicy.shed(of.client());
    }
}
