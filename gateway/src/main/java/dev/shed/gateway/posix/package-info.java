/// System calls that Java has no methods for: descriptors that another process passes, and sockets that are shared with
/// it.
@NullMarked
package dev.shed.gateway.posix;

import org.jspecify.annotations.NullMarked;
