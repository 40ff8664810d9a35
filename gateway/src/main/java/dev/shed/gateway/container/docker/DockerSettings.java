package dev.shed.gateway.container.docker;

import dev.shed.gateway.container.docker.engine.RequestListener;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/// The address of the engine and the settings for its use.
///
/// @param host the engine's socket, `unix:///run/docker.sock`; other schemes are refused, because signals and
/// run directories require the gateway to be on the engine's host
/// @param timeout the time limit for one request
/// @param gatewayId marks the processes that this gateway starts, so that it recognises them after a restart
/// @param user the user for processes if the container has it and no label `shed.user`
/// @param workspace where the workspace volume is mounted
/// @param hangupGrace the time from the end of a process's streams to SIGKILL
/// @param requests told of each request
public record DockerSettings(
        URI host,
        Duration timeout,
        String gatewayId,
        String user,
        String workspace,
        Duration hangupGrace,
        RequestListener requests) {
    private static final Pattern GATEWAY_ID = Pattern.compile("[A-Za-z0-9._-]+");

    public DockerSettings(
            URI host, Duration timeout, String gatewayId, String user, String workspace, Duration hangupGrace) {
        this(host, timeout, gatewayId, user, workspace, hangupGrace, (_, _) -> {});
    }

    public DockerSettings {
        if (!"unix".equals(host.getScheme()) || host.getPath() == null) {
            throw new IllegalArgumentException("not a unix:// address of an engine: " + host);
        }
        if (!GATEWAY_ID.matcher(gatewayId).matches()) {
            throw new IllegalArgumentException("not a gateway id: " + gatewayId);
        }
    }

    Path socket() {
        return Path.of(host.getPath());
    }
}
