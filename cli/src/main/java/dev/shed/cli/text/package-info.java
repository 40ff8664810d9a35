/// Text for terminals and shells.
@NullMarked
package dev.shed.cli.text;

import org.jspecify.annotations.NullMarked;
