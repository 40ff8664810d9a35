/// The life of a shed, and the sessions in it.
@NullMarked
package dev.shed.gateway.shed;

import org.jspecify.annotations.NullMarked;
