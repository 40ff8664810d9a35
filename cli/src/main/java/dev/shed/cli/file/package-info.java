/// The client's files: where they are, and how they are written.
@NullMarked
package dev.shed.cli.file;

import org.jspecify.annotations.NullMarked;
