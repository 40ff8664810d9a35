package dev.shed.gateway.container.porter.task;

import dev.shed.gateway.container.ProcessLostException;
import dev.shed.gateway.container.porter.frame.Credit;
import dev.shed.gateway.container.porter.frame.FrameDecoder;
import dev.shed.gateway.container.porter.frame.FrameReader;
import dev.shed.gateway.container.porter.frame.PassingLink;
import dev.shed.gateway.posix.Descriptor;
import dev.shed.gateway.posix.Pipe;
import dev.shed.gateway.posix.PipeReader;
import dev.shed.gateway.posix.PosixException;
import dev.shed.gateway.stream.BlockOutput;
import dev.shed.gateway.stream.Pace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A process whose pipes the porter has passed. They are read and written here; the connection says that it started,
/// and how it ended.
final class PassedProcess extends PorterProcess {
    private static final Logger LOG = LoggerFactory.getLogger(PassedProcess.class);

    /// How many descriptors come: stdin, stdout, stderr.
    static final int STREAMS = 3;

    private final PassingLink link;
    private final OutputStream stdin = new Stdin();

    /// What the gateway says of a program that could not be started.
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    /// Counted down when the pipes are there or will never be, and when nothing more comes on the connection.
    private final CountDownLatch started = new CountDownLatch(1);

    private final CountDownLatch attended = new CountDownLatch(1);

    private volatile @Nullable Pipes pipes;

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
        var task = new TaskReceiver(spawn(), new TaskReceiver.Streams(said, said), new Credit(), _ -> {});
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
        var known = pipes;
        if (task.isRunning() && known == null) {
            known = Pipes.of(link.passed());
            pipes = known;
            started.countDown();
            if (isClosed()) {
                known.close();
            }
        }
        if (task.status() != null && known != null) {
            known.in().close(); // to those who share it with the process, its end is the end of their input
        }
    }

    @Override
    public OutputStream stdin() {
        return stdin;
    }

    @Override
    public int giveNow(byte[] source, int offset, int length) {
        var known = pipes;
        try {
            return known == null ? 0 : known.in().writeNow(source, offset, length);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("not given"); // as the next write will find
            return 0;
        }
    }

    @Override
    public void copyOutput(OutputStream out, OutputStream err) throws IOException {
        try {
            var known = awaitPipes();
            if (known != null) {
                new PipeReader(known.out(), known.err()).readAll(new Output(out, err));
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
        err.write(said.toByteArray());
    }

    private void throwFailure() throws IOException {
        switch (failure) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Exception e -> throw new IllegalStateException(e);
        }
    }

    /// Null if there are none.
    private @Nullable Pipes awaitPipes() throws InterruptedException {
        if (pipes == null) {
            started.await();
        }
        return pipes;
    }

    @Override
    void closeStreams() {
        var known = pipes;
        if (known != null) {
            known.close();
        }
    }

    /// The gateway's ends.
    private record Pipes(Pipe in, Pipe out, Pipe err) implements AutoCloseable {
        /// Closes all of them if one is refused.
        static Pipes of(List<Descriptor> passed) throws IOException {
            var opened = new ArrayList<Pipe>();
            try {
                opened.add(Pipe.writing(passed.get(0)));
                opened.add(Pipe.reading(passed.get(1)));
                opened.add(Pipe.reading(passed.get(2)));
                return new Pipes(opened.get(0), opened.get(1), opened.get(2));
            } catch (IOException e) {
                opened.forEach(Pipe::close);
                passed.forEach(Descriptor::close);
                throw e instanceof PosixException ? new ProcessLostException("its streams cannot be opened", e) : e;
            }
        }

        @Override
        public void close() {
            in.close();
            out.close();
            err.close();
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

    /// What is read, to the process's two outputs.
    private static final class Output implements PipeReader.Sink {
        private static final int NONE = -1;

        private final List<OutputStream> outputs;
        private final Pace pace = new Pace();
        private int unflushed = NONE;

        Output(OutputStream out, OutputStream err) {
            this.outputs = List.of(out, err);
        }

        @Override
        public void take(int pipe, byte[] source, int length) throws IOException {
            if (pipe != unflushed) {
                pause();
            }
            unflushed = pipe;
            outputs.get(pipe).write(source, 0, length);
            if (Thread.currentThread().isVirtual()) {
                pace.giveWay();
            }
        }

        @Override
        public void pause() throws IOException {
            if (unflushed != NONE) {
                outputs.get(unflushed).flush();
                unflushed = NONE;
            }
        }
    }

    private final class Stdin extends BlockOutput {
        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            var known = pipes();
            if (known == null) {
                throw new IOException("the process takes no input");
            }
            known.in().write(source, offset, length);
        }

        @Override
        public void close() throws IOException {
            var known = pipes();
            if (known != null) {
                known.in().close();
            }
        }

        private @Nullable Pipes pipes() throws IOException {
            try {
                return awaitPipes();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new ClosedByInterruptException();
            }
        }
    }
}
