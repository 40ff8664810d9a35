/// The program `init`: writes the first configuration.
@NullMarked
package dev.shed.gateway.init;

import org.jspecify.annotations.NullMarked;
