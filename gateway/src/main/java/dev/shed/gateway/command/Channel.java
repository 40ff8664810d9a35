package dev.shed.gateway.command;

import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.failure.CommandStyle;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;

/// The SSH channel that a verb is called on. A verb runs to its end even if the client disconnects, unless
/// it asks to end with it ([#endWithClient]). After that its output is discarded, and reading fails with an
/// [IOException] unless the client had sent end-of-file.
public interface Channel {
    /// The client's input; it ends at the client's end-of-file.
    InputStream in();

    /// The client's stdout. Writing blocks while the client does not read.
    OutputStream out();

    OutputStream err();

    /// If `yes`, interrupts the calling thread when the client disconnects (at once if it already has), and
    /// makes later writes fail.
    void endWithClient(boolean yes);

    /// Says that the verb has no end of its own, so that a gateway that stops does not wait for it.
    void endless();

    /// The client's PTY at its current size; empty if the client has none.
    Optional<ExecSpec.Terminal> terminal();

    /// The environment for processes that a verb starts for the client, as in a login.
    Map<String, String> environment();

    /// Runs a process as a login does, until it has ended and all its output is sent. The client's input is
    /// its stdin, and its terminal follows the size of the client's. When the client disconnects, the
    /// process is hung up.
    default ExitStatus run(ExecSpec spec) throws IOException, InterruptedException {
        return run(spec, out(), err());
    }

    /// Runs a login shell in a shed, without tmux, until it has ended. With a terminal, a stopped shed is
    /// started first.
    ExitStatus logIn(ShedName shed) throws IOException, InterruptedException;

    /// The same as [#run(ExecSpec)] with other destinations for the output. With a PTY, all output goes to
    /// `toOut`.
    ExitStatus run(ExecSpec spec, OutputStream toOut, OutputStream toErr) throws IOException, InterruptedException;

    /// Records an answer to a question of an agent in the audit log.
    void answered(Answered answer);

    /// An answer, as it is recorded.
    ///
    /// @param kind the verb
    /// @param outcome `done` or the code of the failure
    record Answered(String shed, String session, String kind, String id, String question, String outcome) {}

    /// Tells that the caller has typed into a session, or answered an agent there.
    void typed(ShedName shed, String session);

    /// How commands are written for this client.
    default CommandStyle commandStyle() {
        return CommandStyle.PLAIN;
    }

    /// The terminal width that a client without a PTY sends (`COLUMNS`).
    default Optional<String> columns() {
        return Optional.empty();
    }
}
