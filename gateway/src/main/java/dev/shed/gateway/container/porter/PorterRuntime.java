package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerListener;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.ContainerSocket;
import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.SocketRefusedException;
import dev.shed.gateway.container.UserResolver;
import dev.shed.gateway.container.porter.frame.Link;
import dev.shed.gateway.container.porter.task.PorterProcess;
import dev.shed.gateway.container.porter.task.Spawn;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.posix.ChannelDescriptors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A runtime whose processes are started by a porter inside their container, or by the engine where no porter can
/// run.
public final class PorterRuntime implements ContainerRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(PorterRuntime.class);

    static final String LOST = "the connection into its container was lost";

    /// The pause between two polls of the container's state: when a container dies, its porter's connections
    /// break shortly before the engine reports the end.
    private static final Duration HINDSIGHT = Duration.ofMillis(100);

    private static final int LOOKS = 5;

    private final ContainerEngine engine;
    private final BareExec exec;
    private final Settings settings;
    private final RunDirectories directories;
    private final UserResolver users;
    private final Porters porters;
    private final PorterSockets sockets;
    private final PorterEngine porterEngine;
    private final Set<PorterProcess> processes = ConcurrentHashMap.newKeySet();

    /// The settings for porters.
    ///
    /// @param directory on the host, on a local file system, for the containers' run directories
    /// @param user the user for processes if the container has it and no label `shed.user`
    /// @param hangupGrace the time from the end of a process's streams to SIGKILL
    /// @param refused addresses that forwards may not connect to
    /// @param starts told how long it took to find the way in which processes start in a container, and the way:
    /// `resident`, `carried`, `absent` or `failed`
    public record Settings(
            Path directory,
            String user,
            Duration hangupGrace,
            RefusedAddresses refused,
            BiConsumer<String, Duration> starts) {
        /// Settings for which nobody is told.
        public Settings(Path directory, String user, Duration hangupGrace, RefusedAddresses refused) {
            this(directory, user, hangupGrace, refused, (_, _) -> {});
        }
    }

    /// The porter's program for this machine; empty if the gateway was built without one.
    public static Optional<byte[]> program() {
        return PorterBinary.load().map(PorterBinary::content);
    }

    /// What identifies this version of it.
    public static Optional<String> programHash() {
        return PorterBinary.load().map(PorterBinary::hash);
    }

    /// @param engine the engine of the containers; closing this runtime does not close it
    public PorterRuntime(ContainerEngine engine, Settings settings) {
        this.engine = engine;
        this.exec = engine.exec();
        this.settings = settings;
        this.directories = new RunDirectories(settings.directory());
        this.users = new UserResolver(settings.user());
        this.porters = new Porters(exec, directories, users, settings.hangupGrace(), settings.starts());
        this.sockets = new PorterSockets(new SocketAccess(), settings.refused());
        this.porterEngine = new PorterEngine(engine, porters, users, directories, new GracefulStop(new StopAccess()));
        if (!ChannelDescriptors.available()) {
            LOG.atInfo().log("porters relay the connections of forwards: this JVM cannot take descriptors");
        }
    }

    /// The engine to use together with this runtime. It informs the runtime about containers that are
    /// created, started, stopped or removed.
    public ContainerEngine engine() {
        return porterEngine;
    }

    @Override
    public Optional<String> starter(Container container) {
        return porters.known(container).map(mode -> switch (mode) {
            case PorterMode.Resident resident ->
                resident.porter().isCarried() ? "its porter, over an exec" : "its porter";
            case PorterMode.Absent _ -> "the engine";
        });
    }

    @Override
    public Map<String, Integer> porters() {
        return porters.modes();
    }

    @Override
    public Optional<String> relay(Container container) {
        try {
            return Optional.of(porters.into(container).program()).filter(program -> !program.isEmpty());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public ContainerProcess start(ExecSpec spec) {
        try {
            return startOnce(spec);
        } catch (IOException _) {
            return startAgain(spec);
        } catch (InterruptedException e) {
            throw interrupted(spec, e);
        }
    }

    @Override
    public ContainerSocket dial(Container container, Endpoint to) throws SocketRefusedException {
        return sockets.dial(container, to);
    }

    @Override
    public ContainerListener listen(
            Container container, Endpoint at, ContainerListener.Mode mode, ContainerListener.Acceptor acceptor)
            throws SocketRefusedException {
        return sockets.listen(container, at, mode, acceptor);
    }

    /// Also starts the porters of sheds that were in use, and removes the run directories of containers that
    /// no longer exist.
    @Override
    public void takeOver() {
        var containers = engine.list();
        Thread.ofVirtual().name("porters-again").start(() -> porters.startAgain(containers));
        exec.endAbandoned();
        directories.removeAllBut(containers.stream()
                .flatMap(container -> container.runDirectory().map(directories::here).stream())
                .toList());
    }

    /// Hangs up the processes that still run, and waits for their end up to the grace period.
    @Override
    public void close() {
        processes.forEach(PorterProcess::close);
        porters.close();
    }

    /// Tries once more, with a new porter, after the first one had ended.
    private ContainerProcess startAgain(ExecSpec spec) {
        try {
            return startOnce(spec);
        } catch (IOException e) {
            throw new ShedException(Failure.shedNotReady(spec.container().shed().value(), LOST), e);
        } catch (InterruptedException e) {
            throw interrupted(spec, e);
        }
    }

    private ContainerProcess startOnce(ExecSpec spec) throws IOException, InterruptedException {
        var container = spec.container();
        var mode = porters.into(container);
        if (mode instanceof PorterMode.Absent absent) {
            return engine.plainExec()
                    .orElseThrow(() -> new ShedException(absent.failure(container.shed())))
                    .start(spec);
        }
        return startAs(user(container, mode), spec, mode);
    }

    private ContainerProcess startAs(String user, ExecSpec spec, PorterMode mode)
            throws IOException, InterruptedException {
        var container = spec.container();
        var spawn = new Spawn(spec, mode.program(), user, settings.hangupGrace(), mode.version());
        var link = mode.open(spawn.frame());
        var process = PorterProcess.of(
                link,
                spawn,
                new PorterProcess.Endings(() -> whyLost(container), ended -> closed(ended, mode), mode::giveBack));
        processes.add(process);
        return process;
    }

    private String user(Container container, PorterMode mode) throws IOException, InterruptedException {
        return mode.launch().user(users, container, new UserTrial(container, mode));
    }

    private void closed(PorterProcess process, PorterMode mode) {
        processes.remove(process);
        if (process.wasHeldUp()) {
            LOG.atWarn()
                    .addKeyValue("shed", process.spawn().spec().container().shed())
                    .log("porter held up the gateway");
            mode.keepTerminals();
        }
        if (process.trial() == UserResolver.Trial.Result.NO_SUCH_USER) {
            users.forget(process.spawn().spec().container().id());
        }
    }

    private String whyLost(Container container) {
        try {
            for (int look = 0; look < LOOKS; look++) {
                var now =
                        engine.find(container.shed()).filter(found -> found.id().equals(container.id()));
                if (now.isEmpty()) {
                    return "its container is gone";
                }
                if (now.get().state() != Container.State.RUNNING) {
                    return "its container stopped";
                }
                Thread.sleep(HINDSIGHT);
            }
        } catch (ShedException _) {
            return "the container engine stopped";
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return LOST;
    }

    private static ShedException interrupted(ExecSpec spec, InterruptedException cause) {
        Thread.currentThread().interrupt();
        var shed = spec.container().shed().value();
        return new ShedException(Failure.shedNotReady(shed, "interrupted while starting a process"), cause);
    }

    private final class StopAccess implements GracefulStop.Starter {
        @Override
        public PorterMode into(Container container) throws InterruptedException {
            return porters.into(container);
        }

        @Override
        public String user(Container container, PorterMode mode) throws IOException, InterruptedException {
            return PorterRuntime.this.user(container, mode);
        }

        @Override
        public ContainerProcess start(ExecSpec spec, PorterMode mode, String user)
                throws IOException, InterruptedException {
            return startAs(user, spec, mode);
        }
    }

    private final class SocketAccess implements PorterSockets.Access {
        @Override
        public PorterMode into(Container container) throws InterruptedException {
            return porters.into(container);
        }

        @Override
        public String user(Container container, PorterMode mode) throws IOException, InterruptedException {
            return PorterRuntime.this.user(container, mode);
        }

        @Override
        public Link open(PorterMode mode, byte[] request) throws IOException, InterruptedException {
            return mode.open(request);
        }
    }
}
