/// The client's block in `~/.ssh/config`: its contents, and how it is added and removed without changing the
/// rest of the file.
@NullMarked
package dev.shed.cli.sshconfig;

import org.jspecify.annotations.NullMarked;
