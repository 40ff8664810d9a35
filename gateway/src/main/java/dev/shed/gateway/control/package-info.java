/// The gateway's local socket, for who can read its state directory.
@NullMarked
package dev.shed.gateway.control;

import org.jspecify.annotations.NullMarked;
