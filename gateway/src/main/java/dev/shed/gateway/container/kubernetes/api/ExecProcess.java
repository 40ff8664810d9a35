package dev.shed.gateway.container.kubernetes.api;

import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ProcessLostException;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.stream.BlockOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A program that an exec of the cluster runs: one WebSocket, whose messages begin with the number of a channel
/// (`v4.channel.k8s.io` and `v5`). It has no terminal, and end-of-file on its stdin only with v5.
public final class ExecProcess implements ContainerProcess, WebSocket.Listener {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int STATUS = 3;
    private static final int CLOSE = 255;

    /// Bytes of one message to the program.
    private static final int BLOCK = 32 * 1024;

    /// Messages that are received ahead, of 16 KiB at most each.
    private static final int AHEAD = 16;

    private static final int LARGEST_STATUS = 64 * 1024;

    /// The porter answers a keepalive of the gateway's every 15 seconds. Whoever says nothing for this long cannot be
    /// reached any more: TCP itself would notice much later.
    private static final Duration SILENCE = Duration.ofSeconds(60);

    /// The status comes before the last output, or after it.
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    /// What has come. Never more than [#AHEAD] messages, since no more are asked for.
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();

    private final ByteArrayOutputStream status = new ByteArrayOutputStream();
    private final CountDownLatch over = new CountDownLatch(1);
    private final OutputStream stdin = new Stdin();
    private final Duration silence;

    /// Set before anybody else has this object.
    private @Nullable WebSocket socket;

    private volatile boolean closed;

    /// The channel of the message whose parts arrive; -1 before its first byte. Used by the socket's thread only.
    private int channel = -1;

    private sealed interface Received {
        record Part(int channel, ByteBuffer bytes) implements Received {}

        record End(@Nullable Throwable cause) implements Received {}
    }

    ExecProcess() {
        this(SILENCE);
    }

    ExecProcess(Duration silence) {
        this.silence = silence;
    }

    void attach(WebSocket opened) {
        socket = opened;
        opened.request(AHEAD);
    }

    private WebSocket socket() {
        var opened = socket;
        if (opened == null) {
            throw new IllegalStateException("not attached");
        }
        return opened;
    }

    @Override
    public void onOpen(WebSocket opened) {
        // The first messages are asked for by attach().
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        if (channel < 0 && data.hasRemaining()) {
            channel = data.get() & 0xff;
        }
        var bytes = new byte[data.remaining()];
        data.get(bytes);
        received.add(new Received.Part(channel, ByteBuffer.wrap(bytes)));
        if (last) {
            channel = -1;
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        received.add(new Received.Part(-1, ByteBuffer.allocate(0)));
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        received.add(new Received.End(null));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        received.add(new Received.End(error));
    }

    @Override
    public OutputStream stdin() {
        return stdin;
    }

    @Override
    public void copyOutput(OutputStream out, OutputStream err) throws IOException {
        try {
            while (take(out, err)) {
                socket().request(1);
            }
            out.flush();
            err.flush();
        } finally {
            over.countDown();
        }
    }

    /// Takes what came next; false at the end.
    private boolean take(OutputStream out, OutputStream err) throws IOException {
        var next = next();
        switch (next) {
            case Received.End(var cause) -> {
                if (status.size() == 0) {
                    throw new ProcessLostException("the connection to its node was lost", cause);
                }
                return false;
            }
            case Received.Part(int from, ByteBuffer bytes) -> {
                if (from == STDOUT) {
                    write(out, bytes);
                } else if (from == STDERR) {
                    write(err, bytes);
                } else if (from == STATUS && status.size() + bytes.remaining() <= LARGEST_STATUS) {
                    write(status, bytes);
                }
                return true;
            }
        }
    }

    private void write(OutputStream to, ByteBuffer bytes) throws IOException {
        var array = new byte[bytes.remaining()];
        bytes.get(array);
        to.write(array, 0, array.length);
        if (received.isEmpty()) {
            to.flush();
        }
    }

    private Received next() throws IOException {
        boolean ended = status.size() > 0;
        var limit = ended ? FAREWELL : silence;
        try {
            var next = received.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (next == null && !ended) {
                close();
                throw new ProcessLostException("nothing has come from its node for " + limit.toSeconds() + " s");
            }
            return next == null ? new Received.End(null) : next;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading the output of an exec");
        }
    }

    @Override
    public ExitStatus waitFor() throws IOException, InterruptedException {
        over.await();
        if (closed && status.size() == 0) {
            throw new IOException("the process was let go of before it ended");
        }
        return ExecStatus.of(status.toByteArray());
    }

    /// It has no terminal.
    @Override
    public void resize(WindowSize size) {}

    /// Kubernetes has no request for it.
    @Override
    public void signal(String name) {}

    @Override
    public void close() {
        closed = true;
        socket().abort();
        received.add(new Received.End(null));
    }

    private final class Stdin extends BlockOutput {
        private boolean ended;

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            for (int done = 0; done < length; ) {
                int size = Math.min(BLOCK, length - done);
                send(ByteBuffer.allocate(1 + size)
                        .put((byte) STDIN)
                        .put(source, offset + done, size)
                        .flip());
                done += size;
            }
        }

        @Override
        public void close() throws IOException {
            if (!ended && !closed && socket().getSubprotocol().startsWith("v5")) {
                ended = true;
                send(ByteBuffer.wrap(new byte[] {(byte) CLOSE, STDIN}));
            }
        }

        private void send(ByteBuffer message) throws IOException {
            var sent = socket().sendBinary(message, true);
            try {
                while (!isSent(sent)) {
                    if (closed) {
                        throw new IOException("the exec was closed");
                    }
                }
            } catch (ExecutionException e) {
                throw new IOException("the exec takes no more input", e);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while writing to an exec");
            }
        }

        private static boolean isSent(CompletableFuture<WebSocket> sent)
                throws ExecutionException, InterruptedException {
            try {
                sent.get(1, TimeUnit.SECONDS);
                return true;
            } catch (TimeoutException _) {
                return false;
            }
        }
    }
}
