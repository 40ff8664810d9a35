/// A shed: its container, its workspace, its ports, and short commands that run in it.
@NullMarked
package dev.shed.gateway.shed;

import org.jspecify.annotations.NullMarked;
