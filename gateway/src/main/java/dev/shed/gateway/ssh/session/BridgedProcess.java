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

/// A process that is connected to a channel. When the client vanishes, the process gets the input that the client had
/// sent and is then closed; its output is discarded meanwhile.
final class BridgedProcess {
    private static final Logger LOG = LoggerFactory.getLogger(BridgedProcess.class);

    /// A process that takes nothing of its input for so long is not waited for.
    private static final Duration STALLED = Duration.ofSeconds(1);

    /// A client's window is a few megabytes. Any process that reads at all takes a full window sooner than
    /// this.
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final ContainerProcess process;
    private final InputQueue in;
    private final CountDownLatch inputGiven = new CountDownLatch(1);
    private final AtomicBoolean clientGone = new AtomicBoolean();

    /// Bytes of input.
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

    /// The client has gone. Returns at once.
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

    /// Gives the process what the client sends, to the end of that or of the calling thread.
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

    /// False when the process does not read any more, as `head` does not; its output is still to come.
    private boolean takesAll() throws InterruptedException {
        try (var stdin = process.stdin()) {
            for (var chunk = in.take(); chunk != null; chunk = in.take()) {
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

    /// Takes what comes for as long as the process runs. The queue itself stays as it is: after a session the list of
    /// sessions reads from it, and a write that the end of the process has interrupted looks like one that failed.
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

    /// Where the process's output goes on its way to the client.
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
