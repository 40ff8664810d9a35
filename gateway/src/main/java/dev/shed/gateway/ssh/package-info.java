/// The SSH server. MINA SSHD is known here and nowhere else.
@NullMarked
package dev.shed.gateway.ssh;

import org.jspecify.annotations.NullMarked;
