/// How the gateway is doing, for programs on its host: whether it is ready, over HTTP.
@NullMarked
package dev.shed.gateway.metrics;

import org.jspecify.annotations.NullMarked;
