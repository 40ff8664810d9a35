/// Text as a terminal and a shell take it.
@NullMarked
package dev.shed.cli.text;

import org.jspecify.annotations.NullMarked;
