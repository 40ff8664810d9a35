/// The TCP connections of clients: reading and writing without a thread for each.
@NullMarked
package dev.shed.gateway.ssh.socket;

import org.jspecify.annotations.NullMarked;
