/// The Docker Engine behind [dev.shed.gateway.container.ContainerEngine]. The only place with docker-java.
@NullMarked
package dev.shed.gateway.container.docker;

import org.jspecify.annotations.NullMarked;
