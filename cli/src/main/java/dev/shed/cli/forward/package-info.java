/// Port forwarding into a shed: the ports, their local ports, and the ssh process that carries them.
@NullMarked
package dev.shed.cli.forward;

import org.jspecify.annotations.NullMarked;
