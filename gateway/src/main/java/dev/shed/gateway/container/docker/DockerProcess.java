package dev.shed.gateway.container.docker;

import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ProcessLostException;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.container.docker.engine.EngineRefusedException;
import dev.shed.gateway.container.docker.engine.ExecStream;
import dev.shed.gateway.failure.ExitStatus;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A process that runs as an exec of the engine.
final class DockerProcess implements ContainerProcess {
    /// Milliseconds. The longest pause between two polls of a process without output; each poll is a request
    /// to the engine.
    private static final long MAX_PAUSE = 250;

    private static final Logger LOG = LoggerFactory.getLogger(DockerProcess.class);

    private final Exec exec;
    private final ExecStream stream;
    private final ExecErrorDetector detector;
    private final Consumer<DockerProcess> onClose;
    private final Resizer resizer;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final CountDownLatch closed = new CountDownLatch(1);

    /// @param onClose hangs up the process if it still runs; called once
    DockerProcess(Exec exec, ExecStream stream, ExecErrorDetector detector, Consumer<DockerProcess> onClose) {
        this.exec = exec;
        this.stream = stream;
        this.detector = detector;
        this.onClose = onClose;
        this.resizer = new Resizer(exec);
    }

    Exec exec() {
        return exec;
    }

    @Override
    public OutputStream stdin() {
        return stream.stdin();
    }

    @Override
    public void copyOutput(OutputStream out, OutputStream err) throws IOException {
        stream.copyOutput(new FirstWords(out), err);
    }

    /// Polls until the process has ended. The engine usually knows the status when it closes the stream, or a
    /// moment later. A process that closed its output itself may run for any time.
    @Override
    public ExitStatus waitFor() throws IOException, InterruptedException {
        try {
            var state = exec.state();
            for (long pause = Exec.INTERVAL.toMillis(); !state.ended(); pause = Math.min(2 * pause, MAX_PAUSE)) {
                if (closed.await(pause, TimeUnit.MILLISECONDS)) {
                    throw new IOException("the process was let go of before it ended");
                }
                state = exec.state();
            }
            return ExitStatus.of(state.exitCode().orElseThrow());
        } catch (EngineRefusedException e) {
            e.throwUnless(EngineRefusedException.NOT_FOUND);
            // A restarted engine knows the container, but not the execs that it started there before.
            throw new ProcessLostException(
                    e.isMissingContainer() ? "its container is gone" : "the engine no longer knows it: " + e.words(),
                    e);
        }
    }

    @Override
    public void resize(WindowSize size) {
        if (exec.terminal()) {
            resizer.resize(size);
        }
    }

    /// Not supported: the engine has no request for it, and an exec for each signal would be late and out of
    /// order.
    @Override
    public void signal(String name) {
        LOG.atDebug().addKeyValue("exec", exec.id()).addKeyValue("signal", name).log("signal not passed on");
    }

    @Override
    public void close() {
        if (open.getAndSet(false)) {
            closed.countDown();
            resizer.close();
            stream.close();
            onClose.accept(this);
        }
    }

    /// The process's output. The first bytes are checked, because they may be an error message of the engine.
    /// Output usually means that the wrapper has finished, so the size is set once more. It may also be the
    /// echo of early input, so this is repeated after 2, 4, 8, … writes.
    private final class FirstWords extends FilterOutputStream {
        private int writes;

        FirstWords(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            writes++;
            if (writes == 1) {
                detector.check(exec, source, offset, length);
            }
            if (Integer.bitCount(writes) == 1) {
                resizer.repeat();
            }
            out.write(source, offset, length);
        }
    }
}
