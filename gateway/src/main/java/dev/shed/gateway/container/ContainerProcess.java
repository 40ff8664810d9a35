package dev.shed.gateway.container;

import dev.shed.gateway.failure.ExitStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/// A process in a container. One thread writes its input and one reads its output; all other methods may be
/// called from any thread.
public interface ContainerProcess extends AutoCloseable {
    /// The process's stdin. Writing blocks while the process does not read. It also blocks after some hundred
    /// kilobytes unless a thread runs [#copyOutput], which receives the credit for more input. Closing it
    /// means end-of-file for the process; its output stays open. With a PTY, closing it has no effect on the
    /// process, as in sshd: on a terminal, end-of-file is typed.
    OutputStream stdin();

    /// Gives the process all of its input, and ends it. A process that does not read it is no failure: what it
    /// writes and how it ends is still its answer, and one that is lost is noticed there.
    ///
    /// @param input at most some hundred kilobytes, unless a thread runs [#copyOutput]
    default void give(byte[] input) {
        try (var in = stdin()) {
            in.write(input);
        } catch (IOException _) {
            // As of a broken pipe. The caller's interrupt, if that was the cause, is still set.
        }
    }

    /// Gives the process as much input as is possible without waiting. Nobody may be writing to [#stdin] meanwhile.
    ///
    /// @return how many of the bytes the process has, from the first; also 0 if a write would fail
    default int giveNow(byte[] source, int offset, int length) {
        return 0;
    }

    /// Copies the process's output until the process has ended and all output was written. Blocks while `out`
    /// or `err` block. With a PTY, all output goes to `out`. Flushes when no more output is available for the
    /// moment.
    ///
    /// @throws ProcessLostException if the connection to the process was lost before it ended
    /// @throws IOException if reading or writing fails
    void copyOutput(OutputStream out, OutputStream err) throws IOException;

    /// Waits for the process to end and returns how it ended. Called after [#copyOutput].
    ///
    /// @throws IOException if that cannot be determined any more
    ExitStatus waitFor() throws IOException, InterruptedException;

    /// The path of its PTY in the container. Empty without a PTY, while the path is not known yet, and where
    /// it is not reported.
    default Optional<String> terminal() {
        return Optional.empty();
    }

    /// Sets the size of the PTY; the last call wins. Never blocks, and does nothing for a process without a
    /// PTY.
    void resize(WindowSize size);

    /// Sends a signal to the process's group, as sshd does (RFC 4254, section 6.9). An unknown name is
    /// ignored. Never blocks. Does nothing if the engine cannot send signals to processes.
    ///
    /// @param name without `SIG`, such as `INT`
    void signal(String name);

    /// Closes the streams and hangs the process up. With a PTY, SIGHUP is sent at once; without one, after
    /// half the grace period. SIGKILL follows at its end. Does nothing if the process has ended. Returns at
    /// once, wakes the threads that are blocked in the methods above, and may be called twice.
    @Override
    void close();
}
