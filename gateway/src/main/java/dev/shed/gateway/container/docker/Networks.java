package dev.shed.gateway.container.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.Network;
import dev.shed.gateway.container.docker.engine.EngineClient;
import dev.shed.gateway.container.docker.engine.EngineRefusedException;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Determines the network namespace of containers: from the engine's configuration and, where readable, from
/// the kernel.
final class Networks {
    private static final String JOINED = "container:";

    /// The limit for chains of containers that join each other's network.
    private static final int MAX_STEPS = 8;

    private static final Path OWN = Path.of("/proc/self/ns/net");

    private final EngineClient engine;

    private final Containers containers;

    Networks(EngineClient engine, Containers containers) {
        this.engine = engine;
        this.containers = containers;
    }

    /// Fails with `SHED_NOT_FOUND` if the container no longer exists.
    Network of(Container container) {
        try {
            var described = inspect(container.id());
            return isHosts(described) ? new Network.Host() : byMode(described);
        } catch (EngineRefusedException e) {
            throw containers.meaning(container, e);
        }
    }

    private Network byMode(InspectContainerResponse container) {
        var at = Optional.of(container);
        var with = Optional.<ShedName>empty();
        for (int step = 0; step < MAX_STEPS && at.isPresent(); step++) {
            var mode = mode(at.get());
            if (!mode.startsWith(JOINED)) {
                return isOwn(mode)
                        ? with.<Network>map(Network.Shared::new).orElseGet(Network.Own::new)
                        : new Network.Host();
            }
            at = joined(mode.substring(JOINED.length()));
            var joined = at.flatMap(Networks::shed);
            with = with.or(() -> joined);
        }
        return new Network.Host();
    }

    private static boolean isOwn(String mode) {
        return !mode.equals("host") && mode.indexOf(':') < 0;
    }

    private InspectContainerResponse inspect(String id) {
        return engine.ask(docker -> docker.inspectContainerCmd(id).exec());
    }

    /// Empty if the container no longer exists.
    private Optional<InspectContainerResponse> joined(String id) {
        try {
            return Optional.of(inspect(id));
        } catch (EngineRefusedException e) {
            e.throwUnless(EngineRefusedException.NOT_FOUND);
            return Optional.empty();
        }
    }

    private static String mode(InspectContainerResponse container) {
        var mode = Objects.requireNonNull(container.getHostConfig(), "every container has one")
                .getNetworkMode();
        return mode == null ? "" : mode;
    }

    private static Optional<ShedName> shed(InspectContainerResponse container) {
        var labels = Optional.ofNullable(container.getConfig().getLabels()).orElse(Map.of());
        return labels.containsKey(Containers.SHED)
                ? Optional.of(ShedName.parse(labels.getOrDefault(Containers.NAME, "")))
                : Optional.empty();
    }

    /// Whether the container's first process has the gateway's network namespace. If the gateway may not read
    /// that, or is in another PID namespace, the engine's configuration decides.
    private static boolean isHosts(InspectContainerResponse container) {
        var pid = container.getState().getPidLong();
        if (pid == null || pid <= 0) {
            return false;
        }
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", "net"))
                    .equals(Files.readSymbolicLink(OWN));
        } catch (IOException _) {
            return false;
        }
    }
}
