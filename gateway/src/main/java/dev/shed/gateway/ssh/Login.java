package dev.shed.gateway.ssh;

import dev.shed.gateway.access.Identity;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.shed.AttachedClients;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Who logged in, and under what name.
///
/// @param userName the SSH user name exactly as sent; parsed when a channel asks for something
/// @param identity the person behind the key
/// @param origin the connection, as the audit log has it
/// @param peer the client's end of the connection
/// @param local the gateway's end
record Login(
        String userName, Identity identity, AuditEvent.Origin origin, InetSocketAddress peer, InetSocketAddress local) {
    /// Where the request leads: the user name, with the variable SHED_SESSION taken into account;
    /// `INVALID_NAME` when one of them breaks its rule.
    LoginName address(ChannelRequest request) {
        return LoginName.parse(userName).with(request.setup().variable("SHED_SESSION"));
    }

    AttachedClients.Who who() {
        var address = peer.getAddress().getHostAddress();
        return new AttachedClients.Who(identity.comment(), identity.fingerprint(), address + ":" + peer.getPort());
    }

    AuditEvent.Actor actor() {
        return new AuditEvent.Actor(identity.comment(), identity.fingerprint());
    }

    /// The certificate that was shown, as the audit log has it.
    Optional<AuditEvent.Certificate> certificate() {
        return identity.certification()
                .map(signed -> new AuditEvent.Certificate(signed.keyId(), signed.serial(), signed.authority()));
    }

    /// The variables of a process: what the client set, and what sshd would add. Our own variables have done their
    /// work, and `COLUMNS` would stay what it is when the terminal becomes another size.
    Map<String, String> environment(ChannelRequest.Setup setup) {
        var variables = new HashMap<>(setup.environment());
        variables.keySet().removeIf(name -> name.startsWith("SHED_") || name.equals(ClientEnvironment.COLUMNS));
        variables.putIfAbsent("LANG", "C.UTF-8");
        variables.put("SSH_CONNECTION", sshConnection());
        variables.put("SSH_CLIENT", sshClient());
        return variables;
    }

    /// `SSH_CONNECTION` as sshd sets it: client address and port, server address and port.
    private String sshConnection() {
        return address(peer) + " " + address(local);
    }

    /// `SSH_CLIENT` as sshd sets it.
    private String sshClient() {
        return address(peer) + " " + local.getPort();
    }

    private static String address(InetSocketAddress end) {
        return end.getAddress().getHostAddress() + " " + end.getPort();
    }
}
