package dev.shed.gateway.recording;

import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.stream.BlockOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/// A process whose client may be recorded. It passes all calls on to the process and reports output, input and
/// sizes to the recording.
///
/// One thread at a time gives it input.
final class RecordedProcess implements ContainerProcess {
    private final ContainerProcess process;
    private final Participant client;
    private final KeyPresses keys = new KeyPresses();

    /// @param process the process to wrap
    RecordedProcess(ContainerProcess process, Participant client) {
        this.process = process;
        this.client = client;
    }

    @Override
    public OutputStream stdin() {
        return new Input(process.stdin());
    }

    /// Not if the input is recorded, which may wait for a disk.
    @Override
    public int giveNow(byte[] source, int offset, int length) {
        int given = client.isRecorded() ? 0 : process.giveNow(source, offset, length);
        if (given > 0) {
            tell(source, offset, given);
        }
        return given;
    }

    private void tell(byte[] source, int offset, int length) {
        if (keys.in(source, offset, length)) {
            client.typed();
        }
    }

    @Override
    public void copyOutput(OutputStream out, OutputStream err) throws IOException {
        process.copyOutput(client.isHeard() ? new Output(out, client) : out, err);
    }

    @Override
    public ExitStatus waitFor() throws IOException, InterruptedException {
        return process.waitFor();
    }

    @Override
    public Optional<String> terminal() {
        return process.terminal();
    }

    @Override
    public void resize(WindowSize size) {
        client.resized(size);
        process.resize(size);
    }

    @Override
    public void signal(String name) {
        process.signal(name);
    }

    @Override
    public void close() {
        process.close();
    }

    private static final class Output extends BlockOutput {
        private final OutputStream to;
        private final Participant client;

        Output(OutputStream to, Participant client) {
            this.to = to;
            this.client = client;
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            client.shown(source, offset, length);
            to.write(source, offset, length);
        }

        @Override
        public void flush() throws IOException {
            to.flush();
        }
    }

    private final class Input extends BlockOutput {
        private final OutputStream to;

        Input(OutputStream to) {
            this.to = to;
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            to.write(source, offset, length);
            tell(source, offset, length);
        }

        @Override
        public void flush() throws IOException {
            to.flush();
        }

        @Override
        public void close() throws IOException {
            to.close();
        }
    }
}
