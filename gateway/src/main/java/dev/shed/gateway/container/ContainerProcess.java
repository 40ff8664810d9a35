package dev.shed.gateway.container;

import dev.shed.gateway.failure.ExitStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/// A process in a container. One thread writes its input and one reads its output; all other methods may be called by
/// any thread.
public interface ContainerProcess extends AutoCloseable {
    /// The process's stdin. Writing blocks while the process does not read, and beyond some hundred
    /// kilobytes while nobody runs [#copyOutput], through which it is told that there is room again;
    /// closing it is end-of-file for the process and leaves its output open. With a PTY closing it does
    /// nothing to the process, as with sshd: there end-of-file is typed.
    OutputStream stdin();

    /// Copies what the process writes until it has ended and everything is written. Blocks while `out` or
    /// `err` do. With a PTY everything goes to `out`. Flushes when nothing more has come yet.
    ///
    /// @throws ProcessLostException when the process went out of reach before it ended
    /// @throws IOException when either side breaks
    void copyOutput(OutputStream out, OutputStream err) throws IOException;

    /// Waits for the process's end and tells how it ended. Called after [#copyOutput].
    ///
    /// @throws IOException when that cannot be found out any more
    ExitStatus waitFor() throws IOException, InterruptedException;

    /// The path of its PTY in the container, once that is known; empty without one, and where nobody tells.
    default Optional<String> terminal() {
        return Optional.empty();
    }

    /// Sets the size of the PTY; the newest call wins. Never blocks, and does nothing for a process without
    /// one.
    void resize(WindowSize size);

    /// Sends a signal to the process's group, as sshd does (RFC 4254, section 6.9); what is no signal's name is
    /// ignored. Never blocks. Does nothing where the engine has no means for it.
    ///
    /// @param name without `SIG`, such as `INT`
    void signal(String name);

    /// Closes the streams and hangs the process up. With a PTY, SIGHUP is sent at once; without one, after
    /// half the grace period. SIGKILL follows at its end. A process that has ended is left alone. Returns at
    /// once, wakes the threads that are blocked in the methods above, and may be called twice.
    @Override
    void close();
}
