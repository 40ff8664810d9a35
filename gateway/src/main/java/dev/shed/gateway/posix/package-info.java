/// System calls for which Java has no methods: receiving descriptors from another process, and using
/// sockets that are shared with it.
@NullMarked
package dev.shed.gateway.posix;

import org.jspecify.annotations.NullMarked;
