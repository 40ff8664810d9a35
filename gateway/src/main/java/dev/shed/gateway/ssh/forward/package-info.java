/// Forwarding of ports, sockets and agents. All forwards end inside a shed. MINA's own forwarding, which
/// would end on the gateway's host, is not used.
@NullMarked
package dev.shed.gateway.ssh.forward;

import org.jspecify.annotations.NullMarked;
