/// Manual pages and completions, generated from the same descriptions as `--help`.
@NullMarked
package dev.shed.cli.manual;

import org.jspecify.annotations.NullMarked;
