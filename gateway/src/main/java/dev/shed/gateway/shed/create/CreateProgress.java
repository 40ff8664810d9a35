package dev.shed.gateway.shed.create;

import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.shed.Elapsed;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;

/// Receives the progress of a create. An [IOException] means that the client has disconnected; the create is
/// then undone. It is also told how long the engine takes.
public interface CreateProgress extends Elapsed.Listener {
    /// A step of a create.
    enum Stage {
        CREATING,
        CLONING,

        /// The workspace already contains the repository.
        USING
    }

    /// A step begins.
    ///
    /// @param what its object, such as `demo from shed-base:latest`
    void begins(Stage stage, String what) throws IOException;

    /// The shed is being started, which takes time.
    ///
    /// @param why what is waited for, as a clause about the shed
    default void waitsBecause(String why) throws IOException {}

    /// The shed is created, but not quite as it was asked for.
    void warns(String what) throws IOException;

    /// The terminal for git's progress display, if the client has one.
    Optional<ExecSpec.Terminal> terminal();

    /// Whether git reports its progress without a terminal, too.
    boolean wantsProgress();

    /// The environment variables of a process that runs for this client.
    Map<String, String> environment();

    /// Runs git, shows its output and copies it to `words`. If the client disconnects, git is hung up.
    ExitStatus run(ExecSpec git, OutputStream words) throws IOException, InterruptedException;
}
