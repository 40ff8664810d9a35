package dev.shed.gateway.command;

import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;

/// The SSH channel that a verb is called on. A verb runs to its end even if the client disconnects, unless it
/// asks to end with it ([#endWithClient]). After that its output is discarded, and reading fails with an
/// [IOException] unless the client had sent end-of-file.
public interface Channel {
    /// What the client types or sends; its end is the client's end-of-file.
    InputStream in();

    /// Blocks while the client does not read.
    OutputStream out();

    OutputStream err();

    /// If `yes`, interrupts the calling thread when the client disconnects (at once if it already has), and
    /// makes writes fail then.
    void endWithClient(boolean yes);

    /// The client's PTY at its newest size; empty when it asked for none.
    Optional<ExecSpec.Terminal> terminal();

    /// The variables that a process which a verb starts for the client has, as in a login.
    Map<String, String> environment();

    /// Runs a process as a login does, until it has ended and all its output is sent: the client's input is its
    /// stdin, and it follows the size of the client's terminal. When the client goes, it is hung up.
    default ExitStatus run(ExecSpec spec) throws IOException, InterruptedException {
        return run(spec, out(), err());
    }

    /// Logs the client in to a shed with a shell and without tmux, for as long as that shell runs. With a terminal
    /// a shed that does not run is woken.
    ExitStatus logIn(ShedName shed) throws IOException, InterruptedException;

    /// The same as [#run(ExecSpec)] with its output going elsewhere. With a PTY everything goes to `toOut`.
    ExitStatus run(ExecSpec spec, OutputStream toOut, OutputStream toErr) throws IOException, InterruptedException;

    /// What the client `shed` says of itself (`SHED_CLIENT`); nothing where somebody calls ssh.
    default Optional<String> client() {
        return Optional.empty();
    }

    /// What a client without a PTY says of the width of its terminal (`COLUMNS`).
    default Optional<String> columns() {
        return Optional.empty();
    }
}
