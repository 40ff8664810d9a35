package dev.shed.gateway.ssh.connection;

import dev.shed.gateway.access.LoginPolicy;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditLog;
import java.io.IOException;
import java.time.Duration;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.server.session.ServerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Checks the keys of all logged-in connections again at intervals. A connection is closed, with a message to
/// the client, if its key or certificate has expired or was revoked, or if its key was removed or has other
/// options now. Its sessions keep running, as after any lost link.
public final class AuthorizationCheck implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorizationCheck.class);

    private final ConnectionTracker tracker;
    private final LoginPolicy policy;
    private final AuditLog audit;
    private volatile Duration interval;
    private final Thread thread;

    public AuthorizationCheck(ConnectionTracker tracker, LoginPolicy policy, AuditLog audit, Duration interval) {
        this.tracker = tracker;
        this.policy = policy;
        this.audit = audit;
        this.interval = interval;
        this.thread = Thread.ofVirtual().name("authorization-check").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /// Changes the interval. A wait that is in progress ends at its old time.
    public void reconfigure(Duration next) {
        interval = next;
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(interval);
                tracker.loggedIn().forEach(this::check);
            }
        } catch (InterruptedException _) {
            // The endpoint is being closed.
        }
    }

    private void check(Session session) {
        var connection = Connection.of(session);
        try {
            connection.objection(policy).ifPresent(why -> end((ServerSession) session, connection, why));
        } catch (RuntimeException e) {
            // A failed check closes its own connection, and the other connections are still checked.
            LOG.atError().addKeyValue("conn", connection.id()).setCause(e).log("authorization not checked");
            session.close(true);
        }
    }

    private void end(ServerSession session, Connection connection, String why) {
        tracker.loggedIn().remove(session);
        var actor = Login.of(session).actor();
        audit.record(new AuditEvent.AuthEnded(connection.origin(), actor, why));
        try {
            session.disconnect(
                    SshConstants.SSH2_DISCONNECT_BY_APPLICATION,
                    "your key is no longer accepted as it was: " + why + "; your sessions go on");
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("conn", connection.id()).setCause(e).log("the peer was not told");
            session.close(true);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
