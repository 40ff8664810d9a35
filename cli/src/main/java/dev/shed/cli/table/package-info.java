/// Tables for people, as wide and as high as their terminal.
@NullMarked
package dev.shed.cli.table;

import org.jspecify.annotations.NullMarked;
