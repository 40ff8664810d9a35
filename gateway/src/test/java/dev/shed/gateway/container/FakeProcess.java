package dev.shed.gateway.container;

import dev.shed.gateway.failure.ExitStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// A process that is a piece of Java: it runs in the thread that copies its output.
public final class FakeProcess implements ContainerProcess {
    private final Script script;
    private final Pipe input = new Pipe();
    private volatile @Nullable String terminal;
    private volatile boolean deaf;
    private final CompletableFuture<ExitStatus> end = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<WindowSize> sizes = new CopyOnWriteArrayList<>();
    private final List<String> signals = new CopyOnWriteArrayList<>();

    /// What a process does: reads, writes, waits, and ends with a status.
    @FunctionalInterface
    public interface Script {
        /// Runs the process to its end.
        ///
        /// @throws InterruptedException as any blocking code does; it becomes an [InterruptedIOException] of
        /// [#copyOutput]
        ExitStatus run(FakeProcess process, Streams streams) throws IOException, InterruptedException;
    }

    /// The process's own ends of its streams.
    public record Streams(InputStream in, OutputStream out, OutputStream err) {
        public void print(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }

    public FakeProcess(Script script) {
        this.script = script;
    }

    /// Gives it a terminal of that path.
    public FakeProcess at(String path) {
        terminal = path;
        return this;
    }

    /// Has it read nothing, as a program that could not be started.
    public FakeProcess readingNothing() {
        deaf = true;
        return this;
    }

    @Override
    public Optional<String> terminal() {
        return Optional.ofNullable(terminal);
    }

    /// Writes both texts and ends.
    public static FakeProcess printing(String out, String err, int status) {
        return new FakeProcess((_, streams) -> {
            streams.print(out);
            streams.err().write(err.getBytes(StandardCharsets.UTF_8));
            return ExitStatus.of(status);
        });
    }

    /// Writes back what it reads, until end-of-file.
    public static FakeProcess echoing() {
        return new FakeProcess((_, streams) -> {
            for (int c = streams.in().read(); c >= 0; c = streams.in().read()) {
                streams.out().write(c);
                streams.out().flush();
            }
            return ExitStatus.SUCCESS;
        });
    }

    /// Says nothing until it is closed or interrupted.
    public static FakeProcess hanging() {
        return new FakeProcess((process, _) -> {
            process.awaitClosed();
            return new ExitStatus.Signalled("HUP", false);
        });
    }

    @Override
    public OutputStream stdin() {
        return deaf ? new BrokenPipe() : input.writer();
    }

    @Override
    public void copyOutput(OutputStream out, OutputStream err) throws IOException {
        try {
            end.complete(script.run(this, new Streams(input, out, err)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var broken = new InterruptedIOException("interrupted");
            broken.initCause(e);
            throw broken;
        }
    }

    @Override
    public ExitStatus waitFor() throws IOException, InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    @Override
    public void resize(WindowSize size) {
        sizes.add(size);
    }

    @Override
    public void signal(String name) {
        signals.add(name);
    }

    /// Every signal that was sent, in order.
    public List<String> signals() {
        return List.copyOf(signals);
    }

    /// Every size that was set, in order.
    public List<WindowSize> sizes() {
        return List.copyOf(sizes);
    }

    @Override
    public void close() {
        end.complete(new ExitStatus.Signalled("HUP", false));
        closed.countDown();
        input.close();
    }

    /// Blocks until the process has been let go of.
    public void awaitClosed() throws InterruptedException {
        closed.await();
    }

    /// Bytes from the writer of stdin to the script; unbounded, which a test can afford.
    private static final class Pipe extends InputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int taken;
        private boolean ended;

        @Override
        public int read() throws IOException {
            synchronized (bytes) {
                awaitBytes();
                return taken < bytes.size() ? bytes.toByteArray()[taken++] & 0xff : -1;
            }
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            synchronized (bytes) {
                awaitBytes();
                int count = Math.min(length, bytes.size() - taken);
                System.arraycopy(bytes.toByteArray(), taken, target, offset, count);
                taken += count;
                return count == 0 && length > 0 ? -1 : count;
            }
        }

        private void awaitBytes() throws InterruptedIOException {
            try {
                while (taken == bytes.size() && !ended) {
                    bytes.wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                var broken = new InterruptedIOException("interrupted");
                broken.initCause(e);
                throw broken;
            }
            if (taken == bytes.size()) {
                bytes.reset();
                taken = 0;
            }
        }

        @Override
        public void close() {
            synchronized (bytes) {
                ended = true;
                bytes.notifyAll();
            }
        }

        OutputStream writer() {
            return new OutputStream() {
                @Override
                public void write(int single) throws IOException {
                    write(new byte[] {(byte) single}, 0, 1);
                }

                @Override
                public void write(byte[] source, int offset, int length) throws IOException {
                    synchronized (bytes) {
                        if (ended) {
                            throw new IOException("stdin is closed");
                        }
                        bytes.write(source, offset, length);
                        bytes.notifyAll();
                    }
                }

                @Override
                public void close() {
                    Pipe.this.close();
                }
            };
        }
    }

    private static final class BrokenPipe extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("broken pipe");
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            throw new IOException("broken pipe");
        }
    }
}
