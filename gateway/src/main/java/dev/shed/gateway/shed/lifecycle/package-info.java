/// The life of a shed: find, create, start, stop, delete, and to whom it belongs.
@NullMarked
package dev.shed.gateway.shed.lifecycle;

import org.jspecify.annotations.NullMarked;
