/// Creates a shed: container, start, clone; and undoes it on failure.
@NullMarked
package dev.shed.gateway.shed.create;

import org.jspecify.annotations.NullMarked;
