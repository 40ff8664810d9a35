/// The life cycle of a shed: find, create, start, stop, delete; and who owns it.
@NullMarked
package dev.shed.gateway.shed.lifecycle;

import org.jspecify.annotations.NullMarked;
