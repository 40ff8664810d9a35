/// The interface to containers and the processes in them, without types of an engine.
@NullMarked
package dev.shed.gateway.container;

import org.jspecify.annotations.NullMarked;
