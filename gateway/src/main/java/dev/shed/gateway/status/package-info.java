/// How the gateway is: one value, whoever asks for it and in whatever way.
@NullMarked
package dev.shed.gateway.status;

import org.jspecify.annotations.NullMarked;
