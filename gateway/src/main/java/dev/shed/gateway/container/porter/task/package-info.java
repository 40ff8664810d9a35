/// Processes that porters start: the request, and the streams and the end of each.
@NullMarked
package dev.shed.gateway.container.porter.task;

import org.jspecify.annotations.NullMarked;
