/// The gateway process: `Main` reads the command line, `Gateway` builds and runs the parts.
@NullMarked
package dev.shed.gateway;

import org.jspecify.annotations.NullMarked;
