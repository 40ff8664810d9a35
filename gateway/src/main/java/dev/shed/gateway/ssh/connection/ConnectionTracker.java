package dev.shed.gateway.ssh.connection;

import dev.shed.gateway.access.AddressBlock;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditLog;
import dev.shed.gateway.ssh.key.Algorithms;
import dev.shed.gateway.ssh.socket.ClientSocket;
import dev.shed.gateway.startup.Misconduct;
import dev.shed.gateway.startup.Startups;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.session.helpers.TimeoutIndicator;
import org.apache.sshd.common.util.buffer.BufferException;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows connections from accept to close: applies the limits, sets the identity when a login succeeds, starts the
/// keepalive, and writes the audit events.
public final class ConnectionTracker implements SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionTracker.class);

    /// The same text as sshd's.
    private static final byte[] NOT_ALLOWED = "Not allowed at this time\r\n".getBytes(StandardCharsets.US_ASCII);

    /// The limits on connections.
    ///
    /// @param connections how many may be logged in
    /// @param connectionsPerKey how many may be logged in with one key
    /// @param queuedOutput bytes of output that may be queued on each
    /// @param startups the limits on connections that are not logged in
    public record Limits(int connections, int connectionsPerKey, int queuedOutput, Startups.Rules startups) {}

    private volatile Limits limits;
    private volatile Duration keepaliveInterval;
    private volatile int keepaliveCount;
    private final List<AddressBlock> proxies;
    private final AuditLog audit;
    private final LoginStage.Listener stages;
    private final Clock clock;
    private final AtomicLong ids = new AtomicLong();
    private final Startups startups;
    private final DroppedConnections dropped;
    private final OpenLogins openLogins = new OpenLogins();
    private final Set<Session> loggedIn = ConcurrentHashMap.newKeySet();

    /// @param proxies the addresses of proxies that announce their clients in a header
    public ConnectionTracker(
            Limits limits,
            Duration keepaliveInterval,
            int keepaliveCount,
            List<AddressBlock> proxies,
            AuditLog audit,
            LoginStage.Listener stages,
            Clock clock) {
        this.limits = limits;
        this.keepaliveInterval = keepaliveInterval;
        this.keepaliveCount = keepaliveCount;
        this.proxies = List.copyOf(proxies);
        this.audit = audit;
        this.stages = stages;
        this.clock = clock;
        this.startups = new Startups(
                limits.startups(), clock, bound -> ThreadLocalRandom.current().nextInt(bound));
        this.dropped = new DroppedConnections(audit, clock);
    }

    /// Applies changed settings to connections that are accepted from now on.
    public void reconfigure(Limits next, Duration interval, int count) {
        limits = next;
        startups.reconfigure(next.startups());
        keepaliveInterval = interval;
        keepaliveCount = count;
    }

    /// Admits a connection to the login phase, or refuses it. Called before anything is read from it.
    public Stranger admit(IoSession socket) throws IOException {
        var from = ((InetSocketAddress) socket.getRemoteAddress()).getAddress();
        boolean proxy = proxies.stream().anyMatch(block -> block.contains(from));
        var stranger = new Stranger((ClientSocket) socket, proxy);
        require(stranger, socket, proxy ? startups.admitProxy(stranger) : startups.admit(stranger));
        return stranger;
    }

    /// Admits the client that a proxy has announced, or refuses it.
    void admitClient(GatewaySession session, InetSocketAddress client) throws IOException {
        var stranger = session.stranger();
        startups.release(stranger);
        stranger.isFrom(client);
        require(stranger, session.getIoSession(), startups.admit(stranger));
        opened(session);
    }

    private void require(Stranger stranger, IoSession socket, Optional<String> objection) throws IOException {
        if (objection.isPresent()) {
            drop(stranger, objection.get());
            socket.writeBuffer(new ByteArrayBuffer(NOT_ALLOWED.clone()));
            throw new IOException(objection.get());
        }
    }

    private void drop(Stranger stranger, String reason) {
        stranger.excuse();
        dropped.tell(connection(stranger.peer()).origin(), reason);
    }

    private Connection connection(InetSocketAddress peer) {
        return new Connection("conn-" + ids.incrementAndGet(), peer, clock.instant(), limits.queuedOutput());
    }

    /// Counts a connection as logged in, if the limits allow it.
    ///
    /// @return the reason for a refusal; empty if the login is allowed
    Optional<String> admitLogin(GatewaySession session) {
        var connection = Connection.of(session);
        var now = limits;
        var objection = connection
                .accepted()
                .flatMap(who -> openLogins.add(session, who, now.connections(), now.connectionsPerKey()));
        objection.ifPresent(why -> {
            session.stranger().excuse();
            connection.refuse("dropped: " + why);
        });
        return objection;
    }

    /// Releases the place of a connection whose set-up failed.
    public void release(Stranger stranger) {
        startups.release(stranger);
    }

    @Override
    public void sessionCreated(Session session) {
        if (session instanceof GatewaySession ours && !ours.stranger().awaitsHeader()) {
            opened(ours);
        }
    }

    private void opened(GatewaySession session) {
        var connection = connection(session.stranger().peer());
        connection.attachTo(session);
        audit.record(new AuditEvent.ConnectionOpened(connection.origin()));
    }

    @Override
    public void sessionNegotiationEnd(
            Session session,
            Map<KexProposalOption, String> client,
            Map<KexProposalOption, String> server,
            Map<KexProposalOption, String> negotiated,
            @Nullable Throwable failure) {
        if (failure == null) {
            return;
        }
        var reason = Algorithms.nothingInCommon(client, server);
        LOG.atInfo()
                .addKeyValue("peer", session.getRemoteAddress())
                .addKeyValue("client", session.getClientVersion())
                .addKeyValue("reason", reason)
                .log("connection refused: no common algorithm");
        Connection.of(session).refused("", reason);
        ((GatewaySession) session).stranger().note(Misconduct.NOAUTH);
    }

    /// Input from a stranger must not make the gateway fail. If it does, its source gets a long penalty.
    @Override
    public void sessionException(Session session, Throwable failure) {
        var stranger = ((GatewaySession) session).stranger();
        switch (failure) {
            case SshException e
            when e.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR
                    || e.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_MAC_ERROR ->
                stranger.note(Misconduct.PROTOCOL_ERROR);
            case BufferException _ -> stranger.note(Misconduct.PROTOCOL_ERROR);
            case RuntimeException _, Error _ -> stranger.note(Misconduct.CRASH);
            default -> {
                // A lost connection earns no penalty.
            }
        }
    }

    @Override
    public void sessionEvent(Session session, Event event) {
        if (event == Event.KeyEstablished && !loggedIn.contains(session)) {
            stages.ended(LoginStage.KEY_EXCHANGE, Connection.of(session).endStage());
        }
        if (event != Event.Authenticated) {
            return;
        }
        stages.ended(LoginStage.AUTHENTICATION, Connection.of(session).endStage());
        startups.release(((GatewaySession) session).stranger());
        var connection = Connection.of(session);
        connection.authenticated();
        loggedIn.add(session);
        new Keepalive(session, keepaliveInterval, keepaliveCount).start(connection.id());
        var login = Login.of(session);
        audit.record(
                new AuditEvent.AuthAccepted(connection.origin(), login.userName(), login.actor(), login.certificate()));
    }

    @Override
    public void sessionClosed(Session session) {
        var stranger = ((GatewaySession) session).stranger();
        startups.release(stranger);
        openLogins.remove(session);
        loggedIn.remove(session);
        var connection = Connection.find(session);
        if (connection == null) {
            headerMissing(stranger);
            return;
        }
        connection.peerGone();
        if (!connection.isAuthenticated()) {
            penalise(session, connection, stranger);
            audit.record(connection.refusal());
        }
        var duration = Duration.between(connection.opened(), clock.instant());
        audit.record(new AuditEvent.ConnectionClosed(connection.origin(), duration));
    }

    /// Reports a proxy that sends no header. Without a header the gateway would treat the proxy itself as the
    /// client.
    private void headerMissing(Stranger stranger) {
        if (stranger.awaitsHeader()) {
            drop(stranger, "dropped: no PROXY header, which listen.proxy-protocol requires of this address");
        }
    }

    private void penalise(Session session, Connection connection, Stranger stranger) {
        boolean late = session.getTimeoutStatus().getStatus() == TimeoutIndicator.TimeoutStatus.AuthTimeout;
        if (late) {
            stranger.note(Misconduct.GRACE_EXCEEDED);
        }
        stranger.note(connection.hasFailed() ? Misconduct.AUTHFAIL : Misconduct.NOAUTH);
        stranger.misconduct().ifPresent(what -> startups.penalise(stranger.source(), what));
    }

    /// The connections that are logged in.
    Set<Session> loggedIn() {
        return loggedIn;
    }
}
