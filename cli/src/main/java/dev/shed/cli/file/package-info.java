/// Where the client keeps its files, and how it writes them.
@NullMarked
package dev.shed.cli.file;

import org.jspecify.annotations.NullMarked;
