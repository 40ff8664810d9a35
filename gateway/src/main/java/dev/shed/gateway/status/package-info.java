/// The state of the gateway as one value, for `shed-gateway status` and the lobby.
@NullMarked
package dev.shed.gateway.status;

import org.jspecify.annotations.NullMarked;
