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

/// A process that runs as an exec of the engine's.
final class DockerProcess implements ContainerProcess {
    /// Milliseconds between two looks at a process that goes on without output: each look costs the engine.
    private static final long MAX_PAUSE = 250;

    private static final Logger LOG = LoggerFactory.getLogger(DockerProcess.class);

    private final Exec exec;
    private final ExecStream stream;
    private final ExecErrorDetector detector;
    private final Consumer<DockerProcess> onClose;
    private final Resizer resizer;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final CountDownLatch closed = new CountDownLatch(1);

    /// @param onClose hangs up what may still run; called once
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

    /// The engine knows the status at the latest a moment after it closed the stream; a process that closed its
    /// output itself may run on for as long as it likes.
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
            // An engine that was restarted knows the container and not what it had started in it.
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

    /// The engine has no call for it, and an exec for each signal would be late and out of order.
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

    /// The process's output, with a look at its first bytes: they may be the engine's. Output means that the
    /// wrapper is done, unless it is the echo of what was typed ahead: so the size is repeated now and then, but
    /// less and less often.
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
