package dev.shed.gateway.container.porter.task;

import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ProcessLostException;
import dev.shed.gateway.container.UserResolver;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.container.porter.frame.FrameDecoder;
import dev.shed.gateway.container.porter.frame.FrameQueue;
import dev.shed.gateway.container.porter.frame.FrameWriter;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.container.porter.frame.Link;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.posix.UnexpectedDescriptorException;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A process that a porter started. It has its own data connection, on which the porter says how it ends. Its streams
/// are in frames on that connection ([FramedProcess]), or the porter passes them ([PassedProcess]).
public abstract sealed class PorterProcess implements ContainerProcess permits FramedProcess, PassedProcess {
    private final Link link;
    private final Spawn spawn;
    private final Supplier<String> whyLost;
    private final Consumer<PorterProcess> onClose;
    private final FrameQueue frameQueue;
    private final AtomicBoolean open = new AtomicBoolean(true);

    /// Whether the connection is still this process's.
    private final AtomicBoolean holdsLink = new AtomicBoolean(true);

    private final Consumer<Link> onReady;

    /// Counted down when no status can arrive any more. `status` is then final; it may be null.
    private final CountDownLatch ended = new CountDownLatch(1);

    private volatile @Nullable ExitStatus status;
    private volatile UserResolver.Trial.Result trial = UserResolver.Trial.Result.POSSIBLE;

    PorterProcess(Link link, Spawn spawn, Endings endings) {
        this.link = link;
        this.spawn = spawn;
        this.whyLost = endings.whyLost();
        this.onClose = endings.onClose();
        this.onReady = endings.onReady();
        this.frameQueue =
                new FrameQueue(link, "porter-" + spawn.spec().container().shed() + "/outbox");
    }

    /// What is asked or told when it ends.
    ///
    /// @param whyLost the reason why the connection may have broken, as a clause about the shed
    /// @param onClose called once
    /// @param onReady takes the connection if that takes another request
    public record Endings(Supplier<String> whyLost, Consumer<PorterProcess> onClose, Consumer<Link> onReady) {
        /// The same, and the connection is closed.
        public Endings(Supplier<String> whyLost, Consumer<PorterProcess> onClose) {
            this(whyLost, onClose, Link::close);
        }
    }

    /// The process that was requested on this connection.
    ///
    /// @throws IOException if the gateway has too many open files
    public static PorterProcess of(Link link, Spawn spawn, Endings endings) throws IOException {
        if (spawn.isListing() || (spawn.hasTerminal() && !spawn.passesTerminal())) {
            return new FramedProcess(spawn.hasTerminal() ? link.withTerminal() : link, spawn, endings);
        }
        var passing = spawn.hasTerminal()
                ? link.passing(Frames.PASSING_TERMINALS, PassedStreams.TERMINAL)
                : link.passing(Frames.PASSING_STREAMS, PassedStreams.PIPES);
        return passing.isPresent()
                ? PassedProcess.attended(passing.get(), spawn, endings)
                : new FramedProcess(link, spawn, endings);
    }

    /// Whether the porter has made the gateway wait for what it passed. It is not to be asked for that again.
    public boolean wasHeldUp() {
        return false;
    }

    /// What is done after received bytes were decoded.
    interface AfterFrames {
        void run() throws IOException;
    }

    /// Receives frames until the task is over.
    ///
    /// @throws ProcessLostException if the connection was lost before
    final void receive(TaskReceiver task, FrameDecoder.Receiver frames, AfterFrames after) throws IOException {
        var decoder = new FrameDecoder(frames);
        try {
            link.receive((source, offset, length) -> {
                decoder.accept(source, offset, length);
                after.run();
                return !task.saysNoMore();
            });
            if (!task.over()) {
                throw new ProcessLostException(open.get() ? whyLost.get() : "it was let go of");
            }
            status = task.status();
            if (task.isReady() && decoder.isBetweenFrames() && holdsLink.getAndSet(false)) {
                onReady.accept(link);
            }
        } catch (ProtocolException e) {
            throw new ProcessLostException("its porter breaks the protocol", e);
        } catch (UnexpectedDescriptorException e) {
            throw new ProcessLostException("its porter passed something else than its streams: " + e.getMessage(), e);
        } finally {
            trial = task.trial();
            ended.countDown();
        }
    }

    public final Spawn spawn() {
        return spawn;
    }

    /// Whether the process could be started as its user.
    public final UserResolver.Trial.Result trial() {
        return trial;
    }

    final boolean isClosed() {
        return !open.get();
    }

    @Override
    public final ExitStatus waitFor() throws IOException, InterruptedException {
        ended.await();
        var known = status;
        if (known == null) {
            throw new IOException("the process was let go of before it ended");
        }
        return known;
    }

    @Override
    public final void resize(WindowSize size) {
        if (spawn.spec().terminal().isPresent()) {
            var frame = new FrameWriter(Frames.RESIZE);
            Spawn.size(frame, size);
            frameQueue.add(Frames.RESIZE, frame);
        }
    }

    @Override
    public final void signal(String name) {
        if (spawn.isListing()) {
            return; // its connection may be another one's by now
        }
        frameQueue.add(Frames.SIGNAL, new FrameWriter(Frames.SIGNAL).string(name));
    }

    @Override
    public final void close() {
        if (open.getAndSet(false)) {
            closeStreams();
            if (holdsLink.getAndSet(false)) {
                link.close();
            }
            ended.countDown();
            onClose.accept(this);
        }
    }

    /// Wakes the threads that use the streams.
    abstract void closeStreams();
}
