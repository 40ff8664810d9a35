package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.container.ContainerListener;

/// Where clients' listeners may be in a shed (`ssh -R`).
///
/// @param asAsked whether at the address that the client asks for, as with sshd's `GatewayPorts
///     clientspecified`; else on loopback
/// @param replaceSockets whether a unix socket in the way is replaced, as with sshd's `StreamLocalBindUnlink yes`
public record ListenRules(boolean asAsked, boolean replaceSockets) {
    private static final String LOOPBACK = "localhost";

    /// The address to listen at, where `*` means all.
    String address(String asked) {
        if (!asAsked) {
            return LOOPBACK;
        }
        return asked.isEmpty() ? "*" : asked;
    }

    /// What becomes of a socket at a unix path.
    ContainerListener.Mode mode() {
        return replaceSockets ? ContainerListener.Mode.REPLACE : ContainerListener.Mode.KEEP;
    }
}
