/// Limits and penalties for connections that have not logged in, like sshd's `MaxStartups`,
/// `PerSourceMaxStartups` and `PerSourcePenalties`.
@NullMarked
package dev.shed.gateway.startup;

import org.jspecify.annotations.NullMarked;
