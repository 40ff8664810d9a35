package dev.shed.gateway.container;

import dev.shed.gateway.name.ShedName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// A container that is a shed (label `shed=true`), as the engine last described it.
///
/// @param id the engine's id
/// @param shed the value of the label `shed.name`
/// @param created when the container was created
/// @param image the image's name as the engine reports it
/// @param labels all labels
/// @param workspaceVolume the volume mounted at /workspace, if there is one
/// @param homeVolume the volume with the home directory of its user, if there is one (ADR-0042)
/// @param runDirectory the directory on the host that is mounted at [#RUN_DIRECTORY], if there is one
public record Container(
        String id,
        ShedName shed,
        State state,
        Instant created,
        String image,
        Map<String, String> labels,
        Optional<String> workspaceVolume,
        Optional<String> homeVolume,
        Optional<Path> runDirectory) {
    /// The directory, inside a container, of the gateway's program and socket.
    public static final String RUN_DIRECTORY = "/run/shed";

    /// The directory, inside a container, of the sockets that must survive a clean-up of `/tmp`: those of
    /// tmux and of the ssh agent (ADR-0021).
    public static final String SOCKETS = "/.shed/sockets";

    /// The socket of the ssh agent in sessions. It leads to the agent of the currently connected client.
    public static final String AGENT_SOCKET = SOCKETS + "/agent/agent.sock";

    /// The label that identifies the call of `create` that created a container or a volume.
    public static final String CREATION = "shed.creation";

    /// The label with the fingerprints of the keys that own a shed, separated by commas.
    public static final String OWNER_KEYS = "shed.owner-keys";

    /// The label of a shed that was stopped on purpose, where the engine keeps that (ADR-0059).
    public static final String STOPPED = "shed.stopped";

    /// The state that the engine reports. `STOPPED` includes created but never started; a `STARTING` one was started
    /// and
    /// does not run yet; a `BROKEN` container cannot be used at all.
    public enum State {
        STARTING,
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

    /// The fingerprints of the keys that own the shed, separated by commas; empty if it has no owner.
    public Optional<String> ownerKeys() {
        return Optional.ofNullable(labels.get(OWNER_KEYS));
    }

    public boolean running() {
        return state == State.RUNNING;
    }
}
