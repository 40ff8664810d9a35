/// Session channels (RFC 4254, section 6): their requests and streams, and the process behind them.
@NullMarked
package dev.shed.gateway.ssh.session;

import org.jspecify.annotations.NullMarked;
