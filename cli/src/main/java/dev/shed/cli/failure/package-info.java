/// Why a call cannot be answered, and with which exit status it ends.
@NullMarked
package dev.shed.cli.failure;

import org.jspecify.annotations.NullMarked;
