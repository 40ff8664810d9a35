package dev.shed.gateway.container.porter.task;

import dev.shed.gateway.container.ProcessLostException;
import dev.shed.gateway.container.porter.frame.Credit;
import dev.shed.gateway.container.porter.frame.FrameDecoder;
import dev.shed.gateway.container.porter.frame.FrameReader;
import dev.shed.gateway.container.porter.frame.PassingLink;
import dev.shed.gateway.stream.BlockOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A process whose pipes or terminal the porter has passed. They are read and written here; the connection says that it
/// started, and how it ended.
final class PassedProcess extends PorterProcess {
    private static final Logger LOG = LoggerFactory.getLogger(PassedProcess.class);

    private final PassingLink link;
    private final OutputStream stdin = new Stdin();

    /// What the gateway says of a program that could not be started.
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    /// Counted down when the streams are there or will never be, and when nothing more comes on the connection.
    private final CountDownLatch started = new CountDownLatch(1);

    private final CountDownLatch attended = new CountDownLatch(1);

    private volatile @Nullable PassedStreams streams;

    private volatile String terminal = "";

    /// Why the connection ended too early. Set before `attended` is counted down.
    private volatile @Nullable Exception failure;

    private PassedProcess(PassingLink link, Spawn spawn, Endings endings) {
        super(link, spawn, endings);
        this.link = link;
    }

    /// One whose connection a thread attends to.
    static PassedProcess attended(PassingLink link, Spawn spawn, Endings endings) {
        var process = new PassedProcess(link, spawn, endings);
        Thread.ofVirtual()
                .name("porter-" + spawn.spec().container().shed() + "/task")
                .start(process::attend);
        return process;
    }

    private void attend() {
        var task =
                new TaskReceiver(spawn(), new TaskReceiver.Streams(said, said), new Credit(), path -> terminal = path);
        try {
            receive(task, new WithoutOutput(task), () -> follow(task));
        } catch (IOException | RuntimeException e) {
            failure = e;
            closeStreams();
        } finally {
            started.countDown();
            attended.countDown();
        }
    }

    private void follow(TaskReceiver task) throws IOException {
        var known = streams;
        if (task.isRunning() && known == null) {
            known = PassedStreams.of(link.passed(), spawn().passesTerminal());
            streams = known;
            started.countDown();
            if (isClosed()) {
                known.close();
            }
        }
        if (task.status() != null && known != null) {
            known.processEnded();
        }
        if (task.isOutputEnded() && known != null) {
            known.outputEnded();
        }
    }

    @Override
    public OutputStream stdin() {
        return stdin;
    }

    @Override
    public int giveNow(byte[] source, int offset, int length) {
        var known = streams;
        try {
            return known == null ? 0 : known.writeNow(source, offset, length);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("not given"); // as the next write will find
            return 0;
        }
    }

    @Override
    public void copyOutput(OutputStream out, OutputStream err) throws IOException {
        try {
            var known = awaitStreams();
            if (known != null) {
                known.readAll(new PassedOutput(out, err));
            }
            attended.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        } catch (ClosedChannelException e) {
            throwFailure();
            throw e;
        }
        throwFailure();
        (spawn().hasTerminal() ? out : err).write(said.toByteArray());
    }

    private void throwFailure() throws IOException {
        if (wasHeldUp()) {
            throw new ProcessLostException("its porter made the gateway wait for its terminal");
        }
        switch (failure) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Exception e -> throw new IllegalStateException(e);
        }
    }

    /// Null if there are none.
    private @Nullable PassedStreams awaitStreams() throws InterruptedException {
        if (streams == null) {
            started.await();
        }
        return streams;
    }

    @Override
    public Optional<String> terminal() {
        return Optional.of(terminal).filter(path -> !path.isEmpty());
    }

    @Override
    public boolean wasHeldUp() {
        var known = streams;
        return known != null && known.isHeldUp();
    }

    @Override
    void closeStreams() {
        var known = streams;
        if (known != null) {
            known.close();
        }
    }

    /// The frames of a task. Output is not among them.
    private record WithoutOutput(TaskReceiver task) implements FrameDecoder.Receiver {
        @Override
        public void output(int type, byte[] source, int offset, int length) throws IOException {
            throw new ProtocolException("output of a process whose streams were passed");
        }

        @Override
        public void frame(int type, FrameReader payload) throws IOException {
            task.frame(type, payload);
        }
    }

    private final class Stdin extends BlockOutput {
        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            var known = streams();
            if (known == null) {
                throw new IOException("the process takes no input");
            }
            known.write(source, offset, length);
        }

        @Override
        public void close() throws IOException {
            var known = streams();
            if (known != null) {
                known.endInput();
            }
        }

        private @Nullable PassedStreams streams() throws IOException {
            try {
                return awaitStreams();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new ClosedByInterruptException();
            }
        }
    }
}
