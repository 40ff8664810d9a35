package dev.shed.gateway.container.docker;

import static java.util.Objects.requireNonNullElse;

import dev.shed.gateway.container.ContainerAccess;
import java.net.URI;
import java.time.Duration;

/// The real engine and image that the container tests run against. A test that finds none fails.
public final class Engines {
    public static final String IMAGE = "shed-base:latest";

    public static final URI HOST =
            URI.create(requireNonNullElse(System.getenv("DOCKER_HOST"), "unix:///var/run/docker.sock"));

    /// Long enough for a busy machine.
    public static final Duration LONG = Duration.ofSeconds(20);

    private Engines() {}

    public static DockerEngine engine(String gatewayId) {
        return new DockerEngine(settings(HOST, gatewayId));
    }

    /// An engine that starts all processes itself.
    public static ContainerAccess withoutPorters(String gatewayId) {
        var engine = engine(gatewayId);
        return new ContainerAccess(engine, new PlainRuntime(engine));
    }

    public static DockerSettings settings(URI host, String gatewayId) {
        return new DockerSettings(host, Duration.ofSeconds(30), gatewayId, "dev", "/workspace", Duration.ofSeconds(2));
    }
}
