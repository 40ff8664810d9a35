package dev.shed.gateway.shed.session;

import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.stream.PacedOutput;
import dev.shed.gateway.tmux.Tmux;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A tmux client that keeps the size of a session's windows while only read-only clients are attached
/// ([Tmux#holdSize]). If it cannot be started, as with a tmux before 3.2, read-only clients attach without it.
public final class HeldSize implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeldSize.class);

    /// Ten times what attaching or detaching takes. A user is waiting to see the session.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final CountDownLatch attached = new CountDownLatch(1);

    private final Clients clients = new Clients();
    private volatile @Nullable ContainerProcess process;
    private volatile boolean closed;

    private HeldSize() {}

    static HeldSize begin(ContainerRuntime runtime, Shed shed, Tmux.Target session) throws InterruptedException {
        var held = new HeldSize();
        Thread.ofVirtual().name("size-" + shed.name()).start(() -> held.run(runtime, shed, session));
        try {
            if (!held.attached.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.atDebug().addKeyValue("shed", shed.name()).log("the size of windows is not held yet");
            }
            return held;
        } catch (InterruptedException e) {
            held.close();
            throw e;
        }
    }

    private void run(ContainerRuntime runtime, Shed shed, Tmux.Target session) {
        var program = new Program.Argv(Tmux.holdSize(session));
        var environment = Map.of("LANG", "C.UTF-8");
        var spec = new ExecSpec(shed.container(), program, environment, Optional.empty(), Optional.empty());
        try (var started = runtime.start(spec)) {
            process = started;
            if (closed) {
                return;
            }
            started.copyOutput(paced(clients), paced(OutputStream.nullOutputStream()));
        } catch (IOException | ShedException e) {
            LOG.atDebug().addKeyValue("shed", shed.name()).setCause(e).log("the size of windows is not held");
        } finally {
            attached.countDown();
        }
    }

    /// Limits the rate of the output. tmux prints little here, but another program in its place could print
    /// without end.
    private PacedOutput paced(OutputStream out) {
        return PacedOutput.sleeping(out, () -> !closed);
    }

    /// Detaches this client after the read-only client has detached. A client that is hung up takes a moment
    /// to detach, and its window size must not count meanwhile.
    @Override
    public void close() {
        closed = true;
        Thread.ofVirtual().name("size/close").start(this::end);
    }

    private void end() {
        try {
            clients.awaitLeaving(PATIENCE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            var running = process;
            if (running != null) {
                running.close();
            }
        }
    }

    /// The clients that attached since, as tmux reports them (tmux(1), CONTROL MODE).
    private final class Clients extends OutputStream {
        private static final int MAX_LINE = 1024;
        private static final int MAX_CLIENTS = 1000;

        private final StringBuilder line = new StringBuilder();
        private final Set<String> there = new HashSet<>();
        private int lines;

        @Override
        public void write(int single) {
            if (single == '\n') {
                read(line.toString().split(" ", 3));
                line.setLength(0);
            } else if (line.length() < MAX_LINE) {
                line.append((char) (single & 0xff));
            }
        }

        private synchronized void read(String[] words) {
            // tmux encloses the answer to each command in two lines; the first command is the attach.
            if (++lines == 2) {
                attached.countDown();
            }
            if (words[0].equals("%client-session-changed") && words.length > 1 && there.size() < MAX_CLIENTS) {
                there.add(words[1]);
            } else if (words[0].equals("%client-detached") && words.length > 1 && there.remove(words[1])) {
                notifyAll();
            }
        }

        /// Waits until one of the clients has detached; returns at once if none is attached.
        synchronized void awaitLeaving(Duration patience) throws InterruptedException {
            long limit = System.nanoTime() + patience.toNanos();
            int before = there.size();
            long left = patience.toMillis();
            while (before > 0 && there.size() >= before && left > 0) {
                wait(left);
                left = (limit - System.nanoTime()) / 1_000_000;
            }
        }
    }
}
