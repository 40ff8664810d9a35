package dev.shed.gateway.ssh;

import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditLog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.session.ServerSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows connections from accept to close: counts them against the limits, fixes the identity when a
/// login succeeds, starts the keepalive, and writes what the audit log says about them.
final class ConnectionTracker implements SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionTracker.class);

    /// The limits on connections.
    ///
    /// @param connections how many there may be
    /// @param unauthenticated how many of them may be without a login yet (sshd's MaxStartups)
    /// @param queuedOutput bytes that may wait to be sent on each
    record Limits(int connections, int unauthenticated, int queuedOutput) {}

    private volatile Limits limits;
    private volatile Duration keepaliveInterval;
    private volatile int keepaliveCount;
    private final AuditLog audit;
    private final Clock clock;
    private final AtomicLong ids = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger unauthenticated = new AtomicInteger();
    private final Set<Session> loggedIn = ConcurrentHashMap.newKeySet();

    ConnectionTracker(Limits limits, Duration keepaliveInterval, int keepaliveCount, AuditLog audit, Clock clock) {
        this.limits = limits;
        this.keepaliveInterval = keepaliveInterval;
        this.keepaliveCount = keepaliveCount;
        this.audit = audit;
        this.clock = clock;
    }

    /// What holds for connections from now on.
    void use(Limits next, Duration interval, int count) {
        limits = next;
        keepaliveInterval = interval;
        keepaliveCount = count;
    }

    /// Lets a connection in or refuses it; called before anything of it is read.
    void admit(IoSession socket) throws IOException {
        if (open.get() >= limits.connections() || unauthenticated.get() >= limits.unauthenticated()) {
            LOG.atWarn()
                    .addKeyValue("peer", socket.getRemoteAddress())
                    .addKeyValue("open", open.get())
                    .addKeyValue("unauthenticated", unauthenticated.get())
                    .log("connection refused: too many");
            throw new IOException("too many connections");
        }
    }

    @Override
    public void sessionCreated(Session session) {
        open.incrementAndGet();
        unauthenticated.incrementAndGet();
        var peer = (InetSocketAddress) session.getRemoteAddress();
        var connection = new Connection("conn-" + ids.incrementAndGet(), peer, clock.instant(), limits.queuedOutput());
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
    }

    @Override
    public void sessionEvent(Session session, Event event) {
        if (event != Event.Authenticated) {
            return;
        }
        unauthenticated.decrementAndGet();
        var connection = Connection.of(session);
        connection.authenticated();
        loggedIn.add(session);
        new Keepalive(session, keepaliveInterval, keepaliveCount).start(connection.id());
        var login = login((ServerSession) session);
        audit.record(new AuditEvent.AuthAccepted(connection.origin(), login.userName(), login.actor()));
    }

    @Override
    public void sessionClosed(Session session) {
        var connection = Connection.find(session);
        if (connection == null) {
            return;
        }
        open.decrementAndGet();
        loggedIn.remove(session);
        if (!connection.isAuthenticated()) {
            unauthenticated.decrementAndGet();
            audit.record(connection.refusal());
        }
        var duration = Duration.between(connection.opened(), clock.instant());
        audit.record(new AuditEvent.ConnectionClosed(connection.origin(), duration));
    }

    /// The connections that have logged in and not ended.
    Set<Session> loggedIn() {
        return loggedIn;
    }

    /// Who is logged in on a connection; only after authentication.
    static Login login(ServerSession session) {
        var connection = Connection.of(session);
        return new Login(
                session.getUsername(),
                connection.identity(),
                connection.origin(),
                connection.peer(),
                (InetSocketAddress) session.getLocalAddress());
    }
}
