/// Output streams that write in blocks, limit the rate, or keep the end of the output.
@NullMarked
package dev.shed.gateway.stream;

import org.jspecify.annotations.NullMarked;
