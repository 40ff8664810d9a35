package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditLog;
import dev.shed.gateway.ssh.connection.Login;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// The audit events of one forward: refused, or opened and, exactly once, closed.
final class ForwardAudit {
    private final AuditLog audit;
    private final Login client;
    private AuditEvent.Forward forward;
    private final AtomicBoolean open = new AtomicBoolean();

    /// A time of [System#nanoTime]; written before `open`.
    private long opened;

    ForwardAudit(AuditLog audit, Login client, AuditEvent.Forward forward) {
        this.audit = audit;
        this.client = client;
        this.forward = forward;
    }

    String id() {
        return forward.channel();
    }

    /// Sets the target when it is known.
    void target(String target) {
        forward = new AuditEvent.Forward(forward.channel(), forward.login(), forward.shed(), forward.kind(), target);
    }

    void opened() {
        opened = System.nanoTime();
        open.set(true);
        audit.record(new AuditEvent.ForwardOpened(client.origin(), client.actor(), forward));
    }

    void refused(String why) {
        audit.record(new AuditEvent.ForwardRefused(client.origin(), client.actor(), forward, why));
    }

    /// Records nothing if the forward was never opened.
    void closed(long bytesIn, long bytesOut) {
        if (open.getAndSet(false)) {
            var duration = Duration.ofNanos(System.nanoTime() - opened);
            audit.record(new AuditEvent.ForwardClosed(
                    client.origin(), client.actor(), forward, duration, bytesIn, bytesOut));
        }
    }
}
