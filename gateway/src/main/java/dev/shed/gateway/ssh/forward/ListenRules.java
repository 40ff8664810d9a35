package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.container.ContainerListener;

/// The rules for clients' listeners in a shed (`ssh -R`).
///
/// @param asAsked whether to listen on the address that the client requests, as with sshd's `GatewayPorts
/// clientspecified`; otherwise on loopback
/// @param replaceSockets whether an existing unix socket is replaced, as with sshd's `StreamLocalBindUnlink
/// yes`
public record ListenRules(boolean asAsked, boolean replaceSockets) {
    private static final String LOOPBACK = "localhost";

    /// The address to listen on, where `*` means all addresses.
    String address(String asked) {
        if (!asAsked) {
            return LOOPBACK;
        }
        return asked.isEmpty() ? "*" : asked;
    }

    /// What to do if the socket's file already exists.
    ContainerListener.Mode mode() {
        return replaceSockets ? ContainerListener.Mode.REPLACE : ContainerListener.Mode.KEEP;
    }
}
