package dev.shed.gateway.event;

import dev.shed.gateway.agent.AgentPanes;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.event.SessionWatch.Dependencies;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.stream.PacedOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows what runs in the panes of one running container while its sessions are watched. A process in the
/// container prints a listing whenever it changes. If the process ends, what it told last counts until another one
/// tells more. If it cannot run there, no agents are known, and the status of a session follows from its bells and
/// output.
final class AgentWatch {
    private static final Logger LOG = LoggerFactory.getLogger(AgentWatch.class);

    /// The usual pause before another process is started. It is rare that one ends.
    static final Duration PAUSE = Duration.ofSeconds(10);

    /// The container has no shell, or none that can be started.
    private static final Set<ExitStatus> CANNOT_RUN = Set.of(ExitStatus.of(126), ExitStatus.of(127));

    /// The most lines of one listing that are kept, and the most characters in them. The script looks at
    /// 512 panes.
    private static final int MAX_LINES = 4096;

    private static final int MAX_CHARACTERS = 1 << 20;

    private final Container container;
    private final Dependencies dependencies;
    private final SharedSessionState sessions;
    private final Duration pause;
    private final List<String> lines = new ArrayList<>();

    /// How many more characters are kept; negative if the listing is longer.
    private long left = MAX_CHARACTERS;

    private volatile @Nullable ContainerProcess process;

    /// @param pause before another process is started
    AgentWatch(Container container, Dependencies dependencies, SharedSessionState sessions, Duration pause) {
        this.container = container;
        this.dependencies = dependencies;
        this.sessions = sessions;
        this.pause = pause;
    }

    void start() {
        Thread.ofVirtual().name("events-" + container.shed() + "/agents").start(this::run);
    }

    /// Ends the process. The sessions must be closed already.
    void stop() {
        var running = process;
        if (running != null) {
            running.close();
        }
    }

    private void run() {
        try {
            while (!sessions.isClosed()) {
                if (CANNOT_RUN.contains(watch())) {
                    sessions.take(List.of());
                }
                sessions.rest(pause);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return how the process has ended
    private ExitStatus watch() throws InterruptedException {
        clear();
        var spec = new ExecSpec(
                container, new Program.Argv(AgentPanes.watch()), Map.of(), Optional.empty(), Optional.empty());
        try (var started = dependencies.runtime().start(spec)) {
            process = started;
            if (sessions.isClosed()) {
                return ExitStatus.SUCCESS;
            }
            started.stdin().close();
            started.copyOutput(paced(new Lines(this::read)), paced(OutputStream.nullOutputStream()));
            return started.waitFor();
        } catch (IOException | ShedException e) {
            LOG.atDebug().addKeyValue("shed", container.shed()).setCause(e).log("the watch of agents broke");
            return ExitStatus.SUCCESS;
        }
    }

    private OutputStream paced(OutputStream out) {
        return new PacedOutput(out, time -> {
            sessions.rest(time);
            return !sessions.isClosed();
        });
    }

    private void read(String line) {
        if (line.equals(AgentPanes.END)) {
            sessions.take(AgentPanes.parse(lines));
            clear();
            return;
        }
        left -= line.length();
        if (left >= 0 && lines.size() < MAX_LINES) {
            lines.add(line);
        }
    }

    private void clear() {
        lines.clear();
        left = MAX_CHARACTERS;
    }
}
