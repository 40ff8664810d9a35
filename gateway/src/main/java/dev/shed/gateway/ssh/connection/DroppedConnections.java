package dev.shed.gateway.ssh.connection;

import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditLog;
import dev.shed.gateway.audit.RateLimit;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reports dropped connections: each one to the audit log, which has its own rate limit, and some to the log.
final class DroppedConnections {
    private static final Logger LOG = LoggerFactory.getLogger(DroppedConnections.class);

    private final AuditLog audit;
    private final RateLimit lines;
    private long unlogged;

    DroppedConnections(AuditLog audit, Clock clock) {
        this.audit = audit;
        this.lines = new RateLimit(10, 1, clock);
    }

    void tell(AuditEvent.Origin origin, String reason) {
        audit.record(new AuditEvent.ConnectionDropped(origin, reason));
        log(origin, reason);
    }

    private synchronized void log(AuditEvent.Origin origin, String reason) {
        if (!lines.take()) {
            unlogged++;
            return;
        }
        LOG.atWarn()
                .addKeyValue("peer", origin.peer())
                .addKeyValue("reason", reason)
                .addKeyValue("unlogged", unlogged)
                .log("connection refused");
        unlogged = 0;
    }
}
