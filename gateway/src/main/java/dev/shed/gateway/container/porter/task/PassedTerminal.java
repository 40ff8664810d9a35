package dev.shed.gateway.container.porter.task;

import dev.shed.gateway.posix.OutputReader;
import dev.shed.gateway.posix.Terminal;
import java.io.IOException;

/// The master of a process's terminal. The porter has it, too: it sets the size, and sees when the terminal hangs up,
/// which it does when both have closed it.
record PassedTerminal(Terminal terminal) implements PassedStreams {
    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        terminal.write(source, offset, length);
    }

    @Override
    public int writeNow(byte[] source, int offset, int length) throws IOException {
        return terminal.writeNow(source, offset, length);
    }

    /// Nothing, as in sshd: the end of input is typed.
    @Override
    public void endInput() {}

    @Override
    public void processEnded() {}

    @Override
    public void outputEnded() {
        terminal.outputEnds();
    }

    @Override
    public void readAll(OutputReader.Sink sink) throws IOException {
        new OutputReader(terminal).readAll(sink);
    }

    @Override
    public boolean isHeldUp() {
        return terminal.isHeldUp();
    }

    @Override
    public void close() {
        terminal.close();
    }
}
