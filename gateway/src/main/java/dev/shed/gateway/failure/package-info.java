/// Everything that can go wrong, as values: a code, a message, a hint and an exit status each.
@NullMarked
package dev.shed.gateway.failure;

import org.jspecify.annotations.NullMarked;
