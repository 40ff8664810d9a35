/// Command lines of the system's ssh: building and running them, and the files ssh writes.
@NullMarked
package dev.shed.cli.ssh;

import org.jspecify.annotations.NullMarked;
