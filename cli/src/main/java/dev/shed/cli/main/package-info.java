/// The program: finds the verb, runs it, and hands over to ssh.
@NullMarked
package dev.shed.cli.main;

import org.jspecify.annotations.NullMarked;
