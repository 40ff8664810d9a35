/// Completion of the word that is being typed in a shell.
@NullMarked
package dev.shed.cli.complete;

import org.jspecify.annotations.NullMarked;
