package dev.shed.gateway.container;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Examines an engine and an image without a shed. Every method may fail with `ENGINE_UNAVAILABLE` and
/// `ENGINE_REFUSED`.
public interface EngineProbe extends AutoCloseable {
    /// What the engine says of itself.
    Engine engine();

    /// What the gateway may not do there but has to, such as `create pods`; empty for an engine without roles.
    default List<String> missingRights() {
        return List.of();
    }

    /// Tries the programs that a login needs, in a container of `image` that is removed afterwards. Fails with
    /// `IMAGE_NOT_FOUND` if the engine does not have the image.
    Trial tryOut(String image);

    /// What to do if something is wrong with the engine or an image, with the commands of its own client.
    Cures cures();

    @Override
    void close();

    /// Lines to paste into a shell; those that need judgement are comments.
    interface Cures {
        /// There is no socket at the engine's address.
        List<String> absent();

        /// The user may not use the socket.
        List<String> forbidden(Path socket, String user);

        /// It answers with errors, or not at all.
        List<String> failing();

        /// Its API is too old.
        List<String> old();

        /// The time on its host.
        List<String> clock();

        /// It does not have the image.
        List<String> withoutImage(String image);

        /// The image could not be tried.
        List<String> untried(String image);

        /// No tmux can be run in the image.
        List<String> withoutTmux(String image);

        /// The porter cannot be run in the image.
        List<String> withoutPorter(String image);
    }

    /// An engine.
    ///
    /// @param name name and version, for display
    /// @param api the newest version of the API that it has, such as `1.41`
    /// @param clock the time on its host; empty if it does not say
    record Engine(String name, String api, Optional<Instant> clock) {}

    /// The result of a trial.
    ///
    /// @param tmux the version of tmux, such as `3.3a`; empty if it cannot be run
    /// @param porter whether the porter runs
    /// @param output what the programs printed, for people; shortened
    record Trial(Optional<String> tmux, boolean porter, String output) {}
}
