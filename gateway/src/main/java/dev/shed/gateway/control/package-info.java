/// The gateway's local control socket, for users who can enter its state directory.
@NullMarked
package dev.shed.gateway.control;

import org.jspecify.annotations.NullMarked;
