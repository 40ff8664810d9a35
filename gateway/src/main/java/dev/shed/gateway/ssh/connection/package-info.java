/// SSH connections: limits, logins, the connections that are logged in, and the keepalive.
@NullMarked
package dev.shed.gateway.ssh.connection;

import org.jspecify.annotations.NullMarked;
