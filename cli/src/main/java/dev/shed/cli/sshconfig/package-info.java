/// Our block in `~/.ssh/config`: what stands in it, and how it gets in and out without touching anything else.
@NullMarked
package dev.shed.cli.sshconfig;

import org.jspecify.annotations.NullMarked;
