/// Requests to the Docker Engine: docker-java's client, and the streams of an exec over its socket.
@NullMarked
package dev.shed.gateway.container.docker.engine;

import org.jspecify.annotations.NullMarked;
