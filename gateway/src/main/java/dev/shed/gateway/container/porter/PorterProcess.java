package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ProcessLostException;
import dev.shed.gateway.container.UserResolver;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.container.porter.frame.Credit;
import dev.shed.gateway.container.porter.frame.FrameDecoder;
import dev.shed.gateway.container.porter.frame.FrameQueue;
import dev.shed.gateway.container.porter.frame.FrameWriter;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.container.porter.frame.Link;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.stream.BlockOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A process that a porter started. It has its own data connection.
final class PorterProcess implements ContainerProcess {
    private final Link link;
    private final Spawn spawn;
    private final Supplier<String> whyLost;
    private final Consumer<PorterProcess> onClose;
    private final FrameQueue frameQueue;
    private final Credit credit = new Credit();
    private final OutputStream stdin = new Stdin();
    private final AtomicBoolean open = new AtomicBoolean(true);

    /// Counted down when no status can arrive any more. `status` is then final; it may be null.
    private final CountDownLatch ended = new CountDownLatch(1);

    private volatile @Nullable ExitStatus status;
    private volatile UserResolver.Trial.Result trial = UserResolver.Trial.Result.POSSIBLE;
    private volatile String terminal = "";

    /// @param whyLost the reason why the connection may have broken, as a clause about the shed
    /// @param onClose called once
    PorterProcess(Link link, Spawn spawn, Supplier<String> whyLost, Consumer<PorterProcess> onClose) {
        this.link = link;
        this.spawn = spawn;
        this.whyLost = whyLost;
        this.onClose = onClose;
        this.frameQueue =
                new FrameQueue(link, "porter-" + spawn.spec().container().shed() + "/outbox");
    }

    @Override
    public OutputStream stdin() {
        return stdin;
    }

    @Override
    public void copyOutput(OutputStream out, OutputStream err) throws IOException {
        var task = new TaskReceiver(
                spawn, new TaskReceiver.Streams(out, err), credit, link.greeted(), path -> terminal = path);
        var decoder = new FrameDecoder(task);
        try {
            link.receive((source, offset, length) -> {
                decoder.accept(source, offset, length);
                task.flush();
                return !task.over();
            });
            if (!task.over()) {
                throw new ProcessLostException(open.get() ? whyLost.get() : "it was let go of");
            }
            status = task.status();
        } catch (ProtocolException e) {
            throw new ProcessLostException("its porter breaks the protocol", e);
        } finally {
            trial = task.trial();
            ended.countDown();
            credit.close();
        }
    }

    Spawn spawn() {
        return spawn;
    }

    /// Whether the process could be started as its user.
    UserResolver.Trial.Result trial() {
        return trial;
    }

    @Override
    public ExitStatus waitFor() throws IOException, InterruptedException {
        ended.await();
        var known = status;
        if (known == null) {
            throw new IOException("the process was let go of before it ended");
        }
        return known;
    }

    @Override
    public Optional<String> terminal() {
        return Optional.of(terminal).filter(path -> !path.isEmpty());
    }

    @Override
    public void resize(WindowSize size) {
        if (spawn.spec().terminal().isPresent()) {
            var frame = new FrameWriter(Frames.RESIZE);
            Spawn.size(frame, size);
            frameQueue.add(Frames.RESIZE, frame);
        }
    }

    @Override
    public void signal(String name) {
        frameQueue.add(Frames.SIGNAL, new FrameWriter(Frames.SIGNAL).string(name));
    }

    @Override
    public void close() {
        if (open.getAndSet(false)) {
            link.close();
            credit.close();
            ended.countDown();
            onClose.accept(this);
        }
    }

    private final class Stdin extends BlockOutput {
        private boolean closed;

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            int sent = 0;
            while (sent < length) {
                int count = credit.take(Math.min(length - sent, Frames.MAX_PAYLOAD));
                link.send(FrameWriter.headerOnly(Frames.IN, count), ByteBuffer.wrap(source, offset + sent, count));
                sent += count;
            }
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            try {
                link.send(FrameWriter.headerOnly(Frames.IN_EOF, 0));
            } catch (IOException _) {
                // The connection is closed already.
            }
        }
    }
}
