/// One stream that carries the connections of a porter (docs/porter-protocol.md, section 12).
@NullMarked
package dev.shed.gateway.container.porter.carry;

import org.jspecify.annotations.NullMarked;
