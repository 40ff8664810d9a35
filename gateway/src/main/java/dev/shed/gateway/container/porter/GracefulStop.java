package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends the processes in a container before the engine stops it. Sessions and terminals are hung up, then
/// every process gets SIGTERM and the grace period to exit. The engine itself would end process 1 and kill
/// the others at once.
final class GracefulStop {
    private static final Logger LOG = LoggerFactory.getLogger(GracefulStop.class);

    /// Added to the grace period, for a porter that must be started first on a busy machine.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// The porter's exit status if it may not signal all processes: it is not root, or root without CAP_KILL.
    private static final ExitStatus NOT_PERMITTED = ExitStatus.of(3);

    private static final String ROOT = "";

    /// Milliseconds. The largest value that the porter accepts.
    private static final long MAX_GRACE = 600_000;

    private final Starter starter;

    /// Starts the porter's `--stop` program.
    interface Starter {
        /// The mode of a container.
        PorterMode into(Container container) throws InterruptedException;

        /// The user that processes run as in the container.
        String user(Container container, PorterMode mode) throws IOException, InterruptedException;

        /// Starts a process as a user.
        ContainerProcess start(ExecSpec spec, PorterMode mode, String user) throws IOException, InterruptedException;
    }

    GracefulStop(Starter starter) {
        this.starter = starter;
    }

    /// Returns when no process is left, when the time is over, or when it is not possible in this container.
    /// The engine ends the remaining processes.
    void run(Container container, Duration grace) {
        if (!container.running() || grace.isZero()) {
            return;
        }
        var task = new FutureTask<Void>(() -> {
            end(container, grace);
            return null;
        });
        Thread.ofVirtual().name("stop-" + container.shed()).start(task);
        try {
            task.get(grace.plus(PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.atInfo().addKeyValue("shed", container.shed()).setCause(e).log("stopped without a grace period");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            task.cancel(true);
        }
    }

    private void end(Container container, Duration grace) throws IOException, InterruptedException {
        var mode = starter.into(container);
        if (mode instanceof PorterMode.Absent) {
            return;
        }
        var spec = new ExecSpec(
                container,
                new Program.Argv(words(container, mode, grace)),
                Map.of(),
                Optional.empty(),
                Optional.empty());
        if (!endAs(ROOT, spec, mode)) {
            endAs(starter.user(container, mode), spec, mode);
        }
    }

    /// `--all` ends all processes. In a container that was not created by the gateway, the children of its
    /// main program are left to that program.
    private static List<String> words(Container container, PorterMode mode, Duration grace) {
        var words = new ArrayList<>(
                List.of(mode.program(), "--stop", Long.toString(Math.min(grace.toMillis(), MAX_GRACE))));
        if (container.labels().containsKey(Container.CREATION)) {
            words.add("--all");
        }
        return words;
    }

    /// Whether the porter was permitted to signal all processes.
    private boolean endAs(String user, ExecSpec spec, PorterMode mode) throws IOException, InterruptedException {
        try (var process = starter.start(spec, mode, user)) {
            process.copyOutput(OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
            return !process.waitFor().equals(NOT_PERMITTED);
        } catch (ShedException e) {
            LOG.atDebug()
                    .addKeyValue("shed", spec.container().shed())
                    .setCause(e)
                    .log("cannot end processes as root");
            return false;
        }
    }
}
