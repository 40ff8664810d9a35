/// Who may do what: authorized keys, identities, the policy. No I/O but the key files.
@NullMarked
package dev.shed.gateway.access;

import org.jspecify.annotations.NullMarked;
