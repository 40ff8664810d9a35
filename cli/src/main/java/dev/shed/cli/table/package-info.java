/// Tables that fit the width and height of the terminal.
@NullMarked
package dev.shed.cli.table;

import org.jspecify.annotations.NullMarked;
