package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.access.Identity;
import dev.shed.gateway.audit.AuditEvent;

/// Who asks for a forward: one logged-in connection.
public interface Client {
    Identity identity();

    /// The SSH user name.
    String loginName();

    AuditEvent.Origin origin();

    AuditEvent.Actor actor();

    String nextChannelId();
}
