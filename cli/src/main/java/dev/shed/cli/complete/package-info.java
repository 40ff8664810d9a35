/// What a shell may offer for the word that is being typed.
@NullMarked
package dev.shed.cli.complete;

import org.jspecify.annotations.NullMarked;
