/// The frames of docs/porter-protocol.md, and the links that carry them.
@NullMarked
package dev.shed.gateway.container.porter.frame;

import org.jspecify.annotations.NullMarked;
