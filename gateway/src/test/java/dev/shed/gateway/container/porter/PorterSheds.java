package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.docker.DockerRuntime;
import dev.shed.gateway.container.docker.Engines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Runtimes with porters, each with a directory of its own.
final class PorterSheds {
    static final Duration GRACE = Duration.ofSeconds(2);

    private PorterSheds() {}

    static PorterRuntime runtime(String gatewayId) {
        return runtime(gatewayId, directory());
    }

    static PorterRuntime runtime(String gatewayId, Path directory) {
        return over(Engines.runtime(gatewayId), directory);
    }

    static PorterRuntime over(DockerRuntime engine, Path directory) {
        return PorterRuntime.over(engine, new PorterRuntime.Settings(directory, "dev", GRACE, RefusedAddresses.NONE));
    }

    static Path directory() {
        try {
            return Files.createTempDirectory("shed-run");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
