/// What is installed beside the client: manual pages and completions, from the same descriptions as `--help`.
@NullMarked
package dev.shed.cli.manual;

import org.jspecify.annotations.NullMarked;
