package dev.shed.gateway.container.docker;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/// How to reach the engine and what to do there.
///
/// @param host the engine's socket, `unix:///run/docker.sock`; other schemes are refused, since signals and
/// run directories need the gateway on the engine's own host
/// @param timeout how long the engine may take over one call
/// @param gatewayId marks the processes that this gateway starts, so that its next life knows them
/// @param user whom processes run as where the container has such a user and no label `shed.user`
/// @param workspace where the workspace volume is mounted
/// @param hangupGrace how long a process has from the end of its streams to SIGKILL
public record DockerSettings(
        URI host, Duration timeout, String gatewayId, String user, String workspace, Duration hangupGrace) {
    private static final Pattern GATEWAY_ID = Pattern.compile("[A-Za-z0-9._-]+");

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
