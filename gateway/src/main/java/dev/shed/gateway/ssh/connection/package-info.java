/// SSH connections: who may connect and log in, who is logged in, and the check that a peer is still there.
@NullMarked
package dev.shed.gateway.ssh.connection;

import org.jspecify.annotations.NullMarked;
