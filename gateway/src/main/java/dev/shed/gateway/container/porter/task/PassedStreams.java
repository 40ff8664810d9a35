package dev.shed.gateway.container.porter.task;

import dev.shed.gateway.container.ProcessLostException;
import dev.shed.gateway.posix.Descriptor;
import dev.shed.gateway.posix.OutputReader;
import dev.shed.gateway.posix.PosixException;
import dev.shed.gateway.posix.Terminal;
import java.io.IOException;
import java.util.List;

/// The streams of a process that the porter has passed: pipes, or its terminal.
interface PassedStreams extends AutoCloseable {
    /// How many descriptors come: stdin, stdout, stderr.
    int PIPES = 3;

    /// Or the terminal's master.
    int TERMINAL = 1;

    /// Takes over what was passed. All of it is closed if one is refused.
    static PassedStreams of(List<Descriptor> passed, boolean terminal) throws IOException {
        try {
            return terminal ? new PassedTerminal(Terminal.passed(passed.getFirst())) : PassedPipes.of(passed);
        } catch (PosixException e) {
            throw new ProcessLostException("its streams cannot be opened", e);
        }
    }

    /// Gives the process all of it, and waits while it takes none.
    void write(byte[] source, int offset, int length) throws IOException;

    /// Gives it what it takes without waiting.
    ///
    /// @return how many bytes
    int writeNow(byte[] source, int offset, int length) throws IOException;

    /// There is no more input.
    void endInput();

    /// The process has ended; others may still use its streams.
    void processEnded();

    /// All output has been written, though it may not have been read.
    default void outputEnded() {}

    /// Copies the output until all of it is read.
    void readAll(OutputReader.Sink sink) throws IOException;

    /// Whether a call has waited that must not.
    default boolean isHeldUp() {
        return false;
    }

    /// Wakes the threads that use them.
    @Override
    void close();
}
