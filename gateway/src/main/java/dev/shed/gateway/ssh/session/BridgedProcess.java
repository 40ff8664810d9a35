package dev.shed.gateway.ssh.session;

import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.stream.BlockOutput;
import dev.shed.gateway.stream.Pace;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A process that is connected to a channel. When the client vanishes, the process receives the input that
/// the client had sent and is then closed. Its output is discarded meanwhile.
final class BridgedProcess {
    private static final Logger LOG = LoggerFactory.getLogger(BridgedProcess.class);

    /// After the client has vanished, a process that reads no input for this long is closed.
    private static final Duration STALLED = Duration.ofSeconds(1);

    /// A client's window is a few megabytes. Any process that reads at all takes a full window sooner than
    /// this.
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final ContainerProcess process;
    private final InputQueue in;
    private final CountDownLatch inputGiven = new CountDownLatch(1);
    private final AtomicBoolean clientGone = new AtomicBoolean();

    /// Bytes of input that the process has taken.
    private final AtomicLong given = new AtomicLong();

    private volatile boolean hangUp;

    BridgedProcess(ContainerProcess process, InputQueue in) {
        this.process = process;
        this.in = in;
    }

    void resize(WindowSize size) {
        process.resize(size);
    }

    void signal(String name) {
        process.signal(name);
    }

    boolean isClientGone() {
        return clientGone.get();
    }

    /// Handles the client's disconnect. Returns at once.
    void clientGone() {
        if (!clientGone.getAndSet(true)) {
            Thread.ofVirtual().name("let-go").start(this::hangUpAfterInput);
        }
    }

    private void hangUpAfterInput() {
        try {
            long end = System.nanoTime() + LONGEST.toNanos();
            long before;
            do {
                before = given.get();
            } while (!inputGiven.await(STALLED.toMillis(), TimeUnit.MILLISECONDS)
                    && given.get() > before
                    && System.nanoTime() < end);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            hangUp = true;
            process.close();
        }
    }

    /// Copies the client's input to the process until end-of-file or until the calling thread is interrupted.
    void copyInput() {
        try {
            if (!takesAll()) {
                discardInput();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            inputGiven.countDown();
        }
    }

    /// Returns false if the process stops reading, as `head` does. It may still write output.
    private boolean takesAll() throws InterruptedException {
        try (var stdin = process.stdin()) {
            for (var chunk = in.take(this::takesNow); chunk != null; chunk = in.take(this::takesNow)) {
                stdin.write(chunk);
                given.addAndGet(chunk.length);
                in.passedOn(chunk.length);
            }
            return true;
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("input not taken");
            return false;
        }
    }

    /// What the process can take at once goes to it on the thread that received it: to wake another one takes longer.
    private int takesNow(byte[] source, int offset, int length) {
        int taken = process.giveNow(source, offset, length);
        given.addAndGet(taken);
        return taken;
    }

    /// Discards further input while the process runs. The queue stays open: after a session, the list of
    /// sessions reads from it, and a write that was interrupted by the end of the process looks like a failed
    /// one.
    private void discardInput() throws InterruptedException {
        inputGiven.countDown();
        while (!Thread.currentThread().isInterrupted()) {
            var chunk = in.take();
            if (chunk == null) {
                return;
            }
            in.passedOn(chunk.length);
        }
    }

    /// Wraps the stream to the client for the process's output.
    OutputStream output(OutputStream client) {
        return new Output(client);
    }

    private final class Output extends BlockOutput {
        private final OutputStream client;
        private final Pace pace = new Pace();

        Output(OutputStream client) {
            this.client = client;
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            deliver(() -> client.write(source, offset, length));
        }

        @Override
        public void flush() throws IOException {
            deliver(client::flush);
        }

        private void deliver(Delivery delivery) throws IOException {
            if (hangUp) {
                throw new PeerGoneException();
            }
            if (isClientGone()) {
                pace.giveWay(); // no window stops it any more, and those who will let go of it want to run
                return;
            }
            try {
                delivery.run();
            } catch (PeerGoneException e) {
                LOG.atDebug().setCause(e).log("output dropped");
                clientGone();
            }
        }
    }

    private interface Delivery {
        void run() throws IOException;
    }
}
