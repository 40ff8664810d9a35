package dev.shed.gateway.container;

import dev.shed.gateway.failure.ExitStatus;
import java.io.IOException;
import java.io.OutputStream;

/// A process in a container. One thread writes its input, one copies its output; the rest may be called by any
/// thread.
public interface ContainerProcess extends AutoCloseable {
    /// The process's stdin. Writing blocks while the process does not read; closing it is end-of-file for
    /// the process and leaves its output open. With a PTY closing it does nothing to the process, as with sshd:
    /// there end-of-file is typed.
    OutputStream stdin();

    /// Copies what the process writes until it has ended and everything is written. Blocks while `out` or
    /// `err` do. With a PTY everything goes to `out`.
    ///
    /// @throws IOException when either side breaks
    void copyOutput(OutputStream out, OutputStream err) throws IOException;

    /// Waits for the process's end and tells how it ended. Called after [#copyOutput].
    ///
    /// @throws IOException when that cannot be found out any more
    ExitStatus waitFor() throws IOException, InterruptedException;

    /// Sets the size of the PTY; the newest call wins. Never blocks, and does nothing for a process without
    /// one.
    void resize(WindowSize size);

    /// Lets go of the process. One that still runs is hung up as by a vanished terminal (SIGHUP), and
    /// killed after a grace period; a process that has ended is left alone. Returns at once, wakes whoever
    /// is blocked above, and may be called twice.
    @Override
    void close();
}
