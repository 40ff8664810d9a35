/// Containers and the processes in them, in shed's own words; no engine's types.
@NullMarked
package dev.shed.gateway.container;

import org.jspecify.annotations.NullMarked;
