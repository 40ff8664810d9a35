/// The gateway's algorithms, host keys and host certificates, and the verification of signatures.
@NullMarked
package dev.shed.gateway.ssh.key;

import org.jspecify.annotations.NullMarked;
