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

/// Ends processes whose other end is gone, as a vanished terminal would: SIGHUP, and SIGKILL after a grace
/// period, of which half goes by first where there is no terminal. The engine never does it (closing an
/// exec's stream leaves the process running) and has no call for it, so a second, short exec sends the signal
/// from inside the container. That needs no privilege on the host, and a process id that was taken by another
/// process in between is at worst one of the same container.
final class Hangups implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Hangups.class);

    /// Execs side by side; more than that only slows the engine down, measured.
    private static final int AT_ONCE = 8;

    /// `--` and `-s` since dash takes neither a negative number nor `-HUP -- -N`.
    private static final String KILL = "kill -s \"$1\" -- \"$2\"";

    /// Beyond the grace period: what a process needs to see that its streams are closed, and to end.
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Duration grace;
    private final Semaphore signals = new Semaphore(AT_ONCE, true);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("hangup-", 0).factory());

    Hangups(Duration grace) {
        this.grace = grace;
    }

    /// Hangs up `exec` on a thread of its own. Nothing happens to a process that has ended.
    void start(Exec exec) {
        threads.execute(() -> attempt(exec, this::hangUp));
    }

    /// Waits on a thread of its own for a process that ends by itself once its streams are closed, and may take
    /// the grace period to end its own children; kills it when it does not.
    void waitThenKill(Exec exec) {
        threads.execute(() -> attempt(exec, this::awaitEnd));
    }

    /// Waits for what was started, but no longer than a hang-up can take.
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
            // Without our doing.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (EngineRefusedException e) {
            // Not found: the container is gone and the process with it, or the process alone.
            if (!e.is(EngineRefusedException.NOT_FOUND)) {
                warn(exec, e);
            }
        } catch (RuntimeException e) {
            // Such as that the container is paused, or that the engine is down.
            warn(exec, e);
        }
    }

    private void hangUp(Exec exec) throws InterruptedException {
        // The engine takes a while from the start of an exec to its process; a hang-up may come sooner.
        var state = exec.await(
                seen -> seen.ended() || seen.hostPid() > 0, exec.engine().timeout());
        if (state.isEmpty() || state.get().ended()) {
            return;
        }
        long pid = pidInContainer(state.get().hostPid());
        // Without a terminal nothing vanishes but the streams: what reads may end in its own way.
        var patience = grace.dividedBy(2);
        if (!exec.terminal() && exec.await(Exec.State::ended, patience).isPresent()) {
            return;
        }
        // A terminal's hang-up reaches the session's leader, which passes it on. Without a terminal nobody
        // would pass it on, so the whole group gets it. The engine makes each exec a leader of both.
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
            // Root reaches what the user has started with sudo, but has no right to signal others in a container that
            // was made without capabilities: there the user itself has.
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

    /// The id that the process has in its innermost namespace. Readable by everybody on the engine's host.
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

    /// The process ended after the engine was asked and before the kernel was.
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
