/// Permissions: authorized keys, identities, the policy. No I/O except reading the key files.
@NullMarked
package dev.shed.gateway.access;

import org.jspecify.annotations.NullMarked;
