package dev.shed.gateway.shed.create;

import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.shed.Elapsed;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;

/// Receives the progress of a create. An [IOException] means that nobody waits for the result any more; the create is
/// then undone. It also learns how long the engine takes.
public interface CreateProgress extends Elapsed.Listener {
    /// What is being done.
    enum Stage {
        CREATING,
        CLONING,

        /// The workspace has the repository already.
        USING
    }

    /// Something begins.
    ///
    /// @param what `demo from shed-base:latest`, for people
    void begins(Stage stage, String what) throws IOException;

    /// Something is not as it was asked for, and the shed is made all the same.
    void warns(String what) throws IOException;

    /// The terminal on which git draws its progress, if there is one.
    Optional<ExecSpec.Terminal> terminal();

    /// Whether git is to tell its progress without a terminal, too.
    boolean wantsProgress();

    /// The variables of a process that is run for this client.
    Map<String, String> environment();

    /// Runs git, shows what it says, and writes that to `words` as well. When the client goes, git is hung up.
    ExitStatus run(ExecSpec git, OutputStream words) throws IOException, InterruptedException;
}
