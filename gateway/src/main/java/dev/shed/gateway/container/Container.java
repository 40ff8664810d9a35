package dev.shed.gateway.container;

import dev.shed.gateway.name.ShedName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// A container that is a shed (label `shed=true`), as the engine described it a moment ago.
///
/// @param id the engine's id
/// @param shed the value of the label `shed.name`
/// @param created when the container was made
/// @param image the image's name as the engine gives it
/// @param labels all labels
/// @param workspaceVolume the volume mounted at /workspace, if there is one
/// @param runDirectory the directory of the host that is mounted at [#RUN_DIRECTORY], if there is one
public record Container(
        String id,
        ShedName shed,
        State state,
        Instant created,
        String image,
        Map<String, String> labels,
        Optional<String> workspaceVolume,
        Optional<Path> runDirectory) {
    /// Where a container has what the gateway brings into it.
    public static final String RUN_DIRECTORY = "/run/shed";

    /// Where a container has the sockets of its own that must outlive a clean-up of `/tmp`: of tmux, and of the ssh
    /// agent (ADR-0021).
    public static final String SOCKETS = "/.shed/sockets";

    /// Where sessions find the ssh agent of whoever is there.
    public static final String AGENT_SOCKET = SOCKETS + "/agent/agent.sock";

    /// The label that names the one call of `create` that made a container, or a volume.
    public static final String CREATION = "shed.creation";

    /// The label with the fingerprints of the keys that a shed belongs to, joined by commas.
    public static final String OWNER_KEYS = "shed.owner-keys";

    /// What the engine says of it. `STOPPED` covers made-but-never-started, `BROKEN` what cannot be used at
    /// all.
    public enum State {
        RUNNING,
        PAUSED,
        RESTARTING,
        STOPPED,
        BROKEN
    }

    public Container {
        labels = Map.copyOf(labels);
    }

    /// The id as `docker ps` shows it.
    public String shortId() {
        return id.substring(0, Math.min(id.length(), 12));
    }

    /// The fingerprints of the keys that it belongs to, joined by commas; empty when it has no owner.
    public Optional<String> ownerKeys() {
        return Optional.ofNullable(labels.get(OWNER_KEYS));
    }

    public boolean running() {
        return state == State.RUNNING;
    }
}
