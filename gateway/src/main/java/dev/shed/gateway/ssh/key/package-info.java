/// The algorithms and keys of the gateway's side: host keys, host certificates, signatures.
@NullMarked
package dev.shed.gateway.ssh.key;

import org.jspecify.annotations.NullMarked;
