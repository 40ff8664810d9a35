/// Starts processes through the porter, the gateway's small program inside each container
/// (docs/porter-protocol.md), instead of through the engine.
@NullMarked
package dev.shed.gateway.container.porter;

import org.jspecify.annotations.NullMarked;
