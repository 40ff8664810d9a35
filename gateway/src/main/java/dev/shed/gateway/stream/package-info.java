/// Output of programs on its way: in blocks, at a bounded pace, the end of it.
@NullMarked
package dev.shed.gateway.stream;

import org.jspecify.annotations.NullMarked;
