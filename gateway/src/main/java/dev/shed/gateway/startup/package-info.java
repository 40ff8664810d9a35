/// Connections that have not logged in: how many there may be, of whom, and who has to wait. As sshd's `MaxStartups`,
/// `PerSourceMaxStartups` and `PerSourcePenalties`.
@NullMarked
package dev.shed.gateway.startup;

import org.jspecify.annotations.NullMarked;
