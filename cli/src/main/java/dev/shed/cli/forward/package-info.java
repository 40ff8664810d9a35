/// Forwards into a shed: which ports, where to on this machine, and the one ssh that carries them.
@NullMarked
package dev.shed.cli.forward;

import org.jspecify.annotations.NullMarked;
