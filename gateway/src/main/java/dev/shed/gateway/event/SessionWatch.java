package dev.shed.gateway.event;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.stream.PacedOutput;
import dev.shed.gateway.tmux.Notice;
import dev.shed.gateway.tmux.Tmux;
import dev.shed.gateway.tmux.Watch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the sessions of one running container, with a tmux client in the container that prints what
/// happens. It is needed while somebody follows events and the container runs. If the client ends before,
/// another one is started, and its snapshot shows what was missed.
final class SessionWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionWatch.class);

    /// The first pause before another client is started. A porter that was killed is replaced in less time.
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    /// The longest pause, for a container in which no tmux can run.
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /// How often to look for a tmux server where the watch must not start one.
    private static final Duration LOOKING_FOR_SERVER = Duration.ofSeconds(2);

    private static final ExitStatus NOT_FOUND = ExitStatus.of(127);
    private static final ExitStatus NOT_STARTED = ExitStatus.of(126);

    private static final int MAX_COMPLAINT = 4096;

    /// The environment of a server that the watch starts: that of a login, for all its sessions.
    private static final Map<String, String> SERVER_ENVIRONMENT =
            Map.of("LANG", "C.UTF-8", "SSH_AUTH_SOCK", Container.AGENT_SOCKET);

    private final Container container;
    private final Dependencies dependencies;
    private final SharedSessionState sessions;
    private final AgentWatch agents;
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile @Nullable ContainerProcess process;

    // Of the watching thread only.
    private boolean startServer = true;
    private Duration pause = FIRST_PAUSE;

    /// What all watches share.
    ///
    /// @param token distinguishes the watches of this gateway from those of others
    /// @param removal how long the removal of the hooks may take
    record Dependencies(ContainerRuntime runtime, Clock clock, String token, Duration removal) {}

    /// @param tell gets the changes in order, and must not block
    SessionWatch(Container container, Dependencies dependencies, Consumer<EventDetails> tell) {
        this.container = container;
        this.dependencies = dependencies;
        this.sessions = new SharedSessionState(dependencies.clock(), tell);
        this.agents = new AgentWatch(container, dependencies, sessions, AgentWatch.PAUSE);
    }

    /// Starts and returns at once.
    ///
    /// @param news whether the creation of the sessions that exist now is reported
    SessionWatch start(boolean news) {
        if (news) {
            sessions.end();
        }
        var name = "events-" + container.shed();
        Thread.ofVirtual().name(name).start(this::run);
        Thread.ofVirtual().name(name + "/clock").start(this::listenForSilence);
        agents.start();
        return this;
    }

    /// Whether this watches that container.
    boolean watches(Container other) {
        return other.id().equals(container.id());
    }

    /// Waits until all that happens from now on is reported, or cannot be.
    void awaitBegun(Duration patience) throws InterruptedException {
        if (!begun.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.atDebug().addKeyValue("shed", container.shed()).log("sessions are not watched yet");
        }
    }

    /// The container has ended: all its sessions are reported as closed, and the watch ends.
    void ended() {
        sessions.end();
        stop();
    }

    /// The state of the container's sessions.
    SharedSessionState sessions() {
        return sessions;
    }

    /// Ends the watch, and removes its hooks from the tmux server.
    @Override
    public void close() {
        if (stop()) {
            Thread.ofVirtual().name("events-" + container.shed() + "/close").start(this::remove);
        }
    }

    /// Ends the processes. One that is just being started ends by itself.
    ///
    /// @return whether it was running
    private boolean stop() {
        if (!sessions.close()) {
            return false;
        }
        closeProcess();
        agents.stop();
        begun.countDown();
        return true;
    }

    private void closeProcess() {
        var running = process;
        if (running != null) {
            running.close();
        }
    }

    private void run() {
        try {
            while (!sessions.isClosed()) {
                sessions.rest(watch());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            begun.countDown();
        }
    }

    /// Watches until the client in the container ends.
    ///
    /// @return the pause before the next one
    private Duration watch() throws InterruptedException {
        var watch = new Watch(dependencies.token());
        var complaint = new Complaint();
        try {
            var status = run(watch.argv(startServer), watch.script(), complaint);
            return next(status, complaint.toString());
        } catch (IOException | ShedException e) {
            // The end of the container is reported by the watch of the engine.
            LOG.atDebug().addKeyValue("shed", container.shed()).setCause(e).log("the watch of sessions broke");
            return longer();
        }
    }

    private Duration next(ExitStatus status, String complaint) {
        boolean over = status.equals(ExitStatus.SUCCESS);
        if (over || Tmux.saysNoServer(complaint)) {
            serverGone();
            // A server that ended with its last session must not be started again and again.
            startServer = startServer && !over;
            return startServer ? FIRST_PAUSE : LOOKING_FOR_SERVER;
        }
        if (status.equals(NOT_FOUND) || status.equals(NOT_STARTED)) {
            serverGone();
            return LONGEST_PAUSE;
        }
        sessions.setUnwatchable(Tmux.saysTooOld(complaint));
        LOG.atDebug()
                .addKeyValue("shed", container.shed())
                .addKeyValue("tmux", complaint)
                .log("the watch of sessions ended");
        return longer();
    }

    private Duration longer() {
        begun.countDown();
        var now = pause;
        var doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        return now;
    }

    private void serverGone() {
        sessions.end();
        begun.countDown();
    }

    private ExitStatus run(List<String> argv, String script, OutputStream err)
            throws IOException, InterruptedException {
        var spec =
                new ExecSpec(container, new Program.Argv(argv), SERVER_ENVIRONMENT, Optional.empty(), Optional.empty());
        try (var started = dependencies.runtime().start(spec)) {
            process = started;
            if (sessions.isClosed()) {
                return ExitStatus.SUCCESS;
            }
            started.give(script.getBytes(StandardCharsets.UTF_8));
            started.copyOutput(paced(new Lines(this::read)), paced(err));
            return started.waitFor();
        }
    }

    private OutputStream paced(OutputStream out) {
        return new PacedOutput(out, time -> {
            sessions.rest(time);
            return !sessions.isClosed();
        });
    }

    private void read(String line) {
        Notice.parse(line).ifPresent(notice -> {
            sessions.take(notice);
            switch (notice) {
                case Notice.Begun _ -> {
                    sessions.setUnwatchable(false);
                    pause = FIRST_PAUSE;
                    begun.countDown();
                }
                case Notice.Lost _ -> closeProcess(); // begins anew
                case Notice _ -> {}
            }
        });
    }

    private void listenForSilence() {
        try {
            sessions.listenForSilence();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void remove() {
        var watch = new Watch(dependencies.token());
        var spec = new ExecSpec(
                container, new Program.Argv(watch.argv(false)), Map.of(), Optional.empty(), Optional.empty());
        try (var started = dependencies.runtime().start(spec)) {
            var limit = Thread.ofVirtual()
                    .name("events-" + container.shed() + "/limit")
                    .start(() -> endLater(started));
            started.give(watch.removal().getBytes(StandardCharsets.UTF_8));
            started.copyOutput(unread(), unread());
            limit.interrupt();
        } catch (IOException | ShedException e) {
            LOG.atDebug().addKeyValue("shed", container.shed()).setCause(e).log("hooks not removed");
        }
    }

    /// Discards output at a limited rate. The sessions are closed by now, so they cannot wait for it.
    private static OutputStream unread() {
        return PacedOutput.sleeping(OutputStream.nullOutputStream(), () -> true);
    }

    /// Another program in the place of tmux may never end.
    private void endLater(ContainerProcess removing) {
        try {
            TimeUnit.NANOSECONDS.sleep(dependencies.removal().toNanos());
            removing.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// The beginning of tmux's standard error.
    private static final class Complaint extends OutputStream {
        private final StringBuilder text = new StringBuilder();

        @Override
        public void write(int single) {
            if (text.length() < MAX_COMPLAINT) {
                text.append((char) (single & 0xff));
            }
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
