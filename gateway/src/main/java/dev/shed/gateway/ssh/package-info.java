/// The SSH server. Only these packages use MINA SSHD.
@NullMarked
package dev.shed.gateway.ssh;

import org.jspecify.annotations.NullMarked;
