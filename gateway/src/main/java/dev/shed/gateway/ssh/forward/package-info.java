/// Forwarding of ports, sockets and agents, all of which ends inside a shed. MINA's own would end on the gateway's
/// host; none of it is used.
@NullMarked
package dev.shed.gateway.ssh.forward;

import org.jspecify.annotations.NullMarked;
