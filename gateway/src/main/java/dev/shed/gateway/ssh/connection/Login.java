package dev.shed.gateway.ssh.connection;

import dev.shed.gateway.access.Identity;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.shed.session.AttachedClients;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.common.session.Session;

/// A client that has logged in.
///
/// @param userName the SSH user name exactly as sent; parsed when a channel makes a request
/// @param identity the person behind the key
/// @param connection the connection of this login
/// @param local the gateway's address on the connection
public record Login(String userName, Identity identity, Connection connection, InetSocketAddress local) {
    /// The login of a connection. Only called after authentication.
    public static Login of(Session session) {
        var connection = Connection.of(session);
        return new Login(session.getUsername(), connection.identity(), connection, (InetSocketAddress)
                session.getLocalAddress());
    }

    public AuditEvent.Origin origin() {
        return connection.origin();
    }

    public AttachedClients.Who who() {
        return new AttachedClients.Who(identity.comment(), identity.fingerprint(), origin().peer());
    }

    public String nextChannelId() {
        return connection.nextChannelId();
    }

    public AuditEvent.Actor actor() {
        return new AuditEvent.Actor(identity.comment(), identity.fingerprint());
    }

    /// The client's certificate, for the audit log.
    Optional<AuditEvent.Certificate> certificate() {
        return identity.certification()
                .map(signed -> new AuditEvent.Certificate(signed.keyId(), signed.serial(), signed.authority()));
    }

    /// The variables that sshd sets: `SSH_CONNECTION` (address and port of client and server) and
    /// `SSH_CLIENT`.
    public Map<String, String> variables() {
        var peer = address(connection.peer());
        return Map.of("SSH_CONNECTION", peer + " " + address(local), "SSH_CLIENT", peer + " " + local.getPort());
    }

    private static String address(InetSocketAddress end) {
        return end.getAddress().getHostAddress() + " " + end.getPort();
    }
}
