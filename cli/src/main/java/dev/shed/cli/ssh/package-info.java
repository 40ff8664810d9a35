/// One command line of the system's ssh: how it is built, run, and what it leaves behind.
@NullMarked
package dev.shed.cli.ssh;

import org.jspecify.annotations.NullMarked;
