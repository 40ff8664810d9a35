package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.ContainerAccess;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.docker.Engines;
import dev.shed.gateway.container.docker.LiveShed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// Runtimes with porters, each with a directory of its own.
final class PorterSheds {
    static final Duration GRACE = Duration.ofSeconds(2);

    private PorterSheds() {}

    static ContainerAccess access(String gatewayId) {
        return access(gatewayId, directory());
    }

    static ContainerAccess access(String gatewayId, Path directory) {
        return over(Engines.engine(gatewayId), directory);
    }

    static ContainerAccess over(ContainerEngine engine, Path directory) {
        var porters =
                new PorterRuntime(engine, new PorterRuntime.Settings(directory, "dev", GRACE, RefusedAddresses.NONE));
        return new ContainerAccess(porters.engine(), porters);
    }

    /// A running shed whose container has no run directory of the gateway.
    static LiveShed adopted(String gatewayId) {
        var engine = Engines.engine(gatewayId);
        var made = engine.create(new ContainerSpec(LiveShed.freshName(), Engines.IMAGE, Map.of()));
        engine.start(made);
        var container = engine.find(made.shed()).orElseThrow();
        return new LiveShed(over(engine, directory()), container);
    }

    static Path directory() {
        try {
            return Files.createTempDirectory("shed-run");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
