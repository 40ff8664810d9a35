/// All failures as values: each has a code, a message, a hint and an exit status.
@NullMarked
package dev.shed.gateway.failure;

import org.jspecify.annotations.NullMarked;
