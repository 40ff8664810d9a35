package dev.shed.gateway.container.docker;

import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.docker.engine.EngineRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hangs up processes whose client has disconnected: SIGHUP, then SIGKILL after a grace period. Without a
/// terminal, half of the grace period passes before SIGHUP. The engine has no request for this, and closing
/// an exec's stream leaves the process running. So a second, short exec sends the signal from inside the
/// container. That needs no privilege on the host, and if the process id was reused in between, the signal
/// reaches at worst another process of the same container.
final class Hangups implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Hangups.class);

    /// Parallel execs. More only slow the engine down (measured).
    private static final int AT_ONCE = 8;

    /// `-s` and `--`, because dash accepts neither a negative number nor `-HUP -- -N`.
    private static final String KILL = "kill -s \"$1\" -- \"$2\"";

    /// Added to the grace period: the time for a process to notice that its streams are closed, and to exit.
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Duration grace;
    private final Semaphore signals = new Semaphore(AT_ONCE, true);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("hangup-", 0).factory());

    Hangups(Duration grace) {
        this.grace = grace;
    }

    /// Hangs up `exec` on a separate thread. Does nothing if the process has ended.
    void start(Exec exec) {
        threads.execute(() -> attempt(exec, this::hangUp));
    }

    /// Waits on a separate thread for a process that exits when its streams are closed. It may use the grace
    /// period to end its own children. After that it is killed.
    void waitThenKill(Exec exec) {
        threads.execute(() -> attempt(exec, this::awaitEnd));
    }

    /// Waits for the hang-ups that were started, up to the time that one can take.
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(grace.plusSeconds(5).toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException _) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private interface Ending {
        void of(Exec exec) throws InterruptedException;
    }

    private static void attempt(Exec exec, Ending ending) {
        try {
            ending.of(exec);
        } catch (ProcessEnded _) {
            // The process ended by itself.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (EngineRefusedException e) {
            // The container, or only the process, no longer exists.
            if (!e.is(EngineRefusedException.NOT_FOUND)) {
                warn(exec, e);
            }
        } catch (RuntimeException e) {
            // For example, the container is paused or the engine is down.
            warn(exec, e);
        }
    }

    private void hangUp(Exec exec) throws InterruptedException {
        // Between the start of an exec and its process the engine needs some time, and a hang-up may come
        // sooner.
        var state = exec.await(
                seen -> seen.ended() || seen.hostPid() > 0, exec.engine().timeout());
        if (state.isEmpty() || state.get().ended()) {
            return;
        }
        long pid = pidInContainer(state.get().hostPid());
        // Without a terminal, only the streams are closed at first, so that a process that reads can exit by
        // itself.
        var patience = grace.dividedBy(2);
        if (!exec.terminal() && exec.await(Exec.State::ended, patience).isPresent()) {
            return;
        }
        // With a terminal, SIGHUP is sent to the session leader, which passes it on. Without one, it is sent
        // to the whole process group. The engine makes each exec the leader of a session and a group.
        signal(exec, "HUP", exec.terminal() ? pid : -pid);
        if (exec.await(Exec.State::ended, exec.terminal() ? grace : grace.minus(patience))
                .isEmpty()) {
            signal(exec, "KILL", -pid);
        }
    }

    private void awaitEnd(Exec exec) throws InterruptedException {
        if (exec.await(Exec.State::ended, grace.plus(PATIENCE)).isEmpty()) {
            long pid = exec.state().hostPid();
            if (pid > 0) {
                signal(exec, "KILL", -pidInContainer(pid));
            }
        }
    }

    private void signal(Exec exec, String name, long target) throws InterruptedException {
        signals.acquire();
        try {
            // Root can signal processes that the user started with sudo. In a container without capabilities
            // root may not signal other users' processes, so the user itself sends the signal.
            if (!signalledBy(Optional.of(BareExec.ROOT), exec, name, target)) {
                signalledBy(exec.state().user(), exec, name, target);
            }
        } finally {
            signals.release();
        }
    }

    private static boolean signalledBy(Optional<String> user, Exec exec, String name, long target)
            throws InterruptedException {
        var pid = Long.toString(target);
        return Exec.run(exec.engine(), exec.containerId(), user, "sh", "-c", KILL, "shed-signal", name, pid) == 0;
    }

    /// The process's id in its innermost PID namespace. Every user on the engine's host can read it.
    private static long pidInContainer(long hostPid) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(hostPid), "status"))) {
            return lines.filter(line -> line.startsWith("NSpid:"))
                    .map(line -> line.substring(line.lastIndexOf('\t') + 1))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElseThrow(() -> new IOException("no NSpid for process " + hostPid));
        } catch (NoSuchFileException e) {
            throw new ProcessEnded(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The process ended between the request to the engine and the look into `/proc`.
    private static final class ProcessEnded extends RuntimeException {
        private static final long serialVersionUID = 1;

        ProcessEnded(NoSuchFileException cause) {
            super(cause);
        }
    }

    private static void warn(Exec exec, RuntimeException problem) {
        LOG.atWarn()
                .addKeyValue("container", exec.containerId())
                .addKeyValue("exec", exec.id())
                .setCause(problem)
                .log("cannot hang up a process");
    }
}
