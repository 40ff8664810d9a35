package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerDetails;
import dev.shed.gateway.container.ContainerListener;
import dev.shed.gateway.container.ContainerObserver;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.ContainerSocket;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.Network;
import dev.shed.gateway.container.SocketRefusedException;
import dev.shed.gateway.container.porter.frame.Link;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// A runtime whose processes are started by a porter inside their container. Everything else is the
/// engine's, and so are the processes where no porter can run.
public final class PorterRuntime implements ContainerRuntime {
    static final String LOST = "the connection into its container was lost";

    /// A container that dies takes its porter along a moment before the engine knows.
    private static final Duration HINDSIGHT = Duration.ofMillis(100);

    private static final int LOOKS = 5;

    private final ContainerRuntime engine;
    private final BareExec bare;
    private final Settings settings;
    private final RunDirectories directories;
    private final Users users;
    private final Porters porters;
    private final ContainerCache containerCache;
    private final PorterSockets sockets;
    private final GracefulStop gracefulStop = new GracefulStop(new StopAccess());
    private final Set<PorterProcess> processes = ConcurrentHashMap.newKeySet();

    /// How porters are run.
    ///
    /// @param directory of the host, on a local file system, for the containers' run directories
    /// @param user whom processes run as where the container has such a user and no label `shed.user`
    /// @param hangupGrace how long a process has from the end of its streams to SIGKILL
    /// @param refused addresses that forwards do not reach
    public record Settings(Path directory, String user, Duration hangupGrace, RefusedAddresses refused) {}

    private PorterRuntime(ContainerRuntime engine, BareExec bare, Settings settings) {
        this.engine = engine;
        this.bare = bare;
        this.settings = settings;
        this.directories = new RunDirectories(settings.directory());
        this.users = new Users(settings.user());
        this.porters = new Porters(bare, directories, users, settings.hangupGrace());
        this.sockets = new PorterSockets(new SocketAccess(), settings.refused());
        this.containerCache = new ContainerCache(porters::answers, System::nanoTime);
    }

    /// Puts porters in front of an engine.
    ///
    /// @param engine is closed with this
    public static <E extends ContainerRuntime & BareExec> PorterRuntime over(E engine, Settings settings) {
        return new PorterRuntime(engine, engine, settings);
    }

    @Override
    public String version() {
        return engine.version();
    }

    /// Forgets what went without the gateway's doing.
    @Override
    public List<Container> list() {
        var known = porters.known();
        var containers = engine.list();
        var running = containers.stream()
                .filter(container -> container.state() != Container.State.STOPPED)
                .map(Container::id)
                .collect(Collectors.toSet());
        known.stream().filter(id -> !running.contains(id)).forEach(this::forget);
        return containers;
    }

    /// A porter that answers proves that its container runs, and saves asking the engine for each process.
    @Override
    public Optional<Container> find(ShedName shed) {
        return containerCache.find(shed, engine::find);
    }

    @Override
    public ContainerDetails details(Container container) {
        return engine.details(container);
    }

    @Override
    public String lastLines(Container container) {
        return engine.lastLines(container);
    }

    @Override
    public Optional<String> starter(Container container) {
        return porters.known(container).map(way -> switch (way) {
            case Way.Resident _ -> "its porter";
            case Way.OnDemand _ -> "a porter for each";
            case Way.Absent _ -> engine.starter(container).orElse("the engine");
        });
    }

    @Override
    public Map<String, String> workspaceLabels(ShedName shed) {
        return engine.workspaceLabels(shed);
    }

    @Override
    public boolean undo(ShedName shed, String creation) {
        var before = engine.find(shed)
                .filter(container -> creation.equals(container.labels().get(Container.CREATION)));
        boolean found = engine.undo(shed, creation);
        before.ifPresent(container -> forget(container.id()));
        if (before.isPresent() || engine.find(shed).isEmpty()) {
            directories.remove(directories.of(shed));
        }
        return found;
    }

    @Override
    public AutoCloseable watch(Optional<Instant> since, ContainerObserver listener) {
        return engine.watch(since, listener);
    }

    @Override
    public Container create(ContainerSpec spec) {
        var directory = directories.make(spec.shed());
        try {
            return engine.create(spec.withRunDirectory(directory));
        } catch (ShedException e) {
            if (e.failure().kind() != Failure.Kind.SHED_ALREADY_EXISTS) {
                directories.remove(directory);
            }
            throw e;
        }
    }

    @Override
    public void requireStartable(Container container) {
        container.runDirectory().ifPresent(directory -> directories.requireReachable(container.shed(), directory));
    }

    @Override
    public void start(Container container) {
        requireStartable(container);
        porters.prepare(container);
        engine.start(container);
    }

    @Override
    public void stop(Container container, Duration grace) {
        gracefulStop.run(container, grace);
        engine.stop(container, grace);
        forget(container.id());
    }

    @Override
    public boolean remove(Container container, boolean withWorkspace) {
        boolean workspaceStays = engine.remove(container, withWorkspace);
        forget(container.id());
        container.runDirectory().flatMap(directories::own).ifPresent(directories::remove);
        return workspaceStays;
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

    @Override
    public Network network(Container container) {
        return engine.network(container);
    }

    /// Besides, starts porters where there were some, and removes the run directories of containers that are gone.
    @Override
    public void takeOver() {
        var containers = engine.list();
        Thread.ofVirtual().name("porters-again").start(() -> porters.startAgain(containers));
        engine.takeOver();
        directories.removeAllBut(containers.stream()
                .flatMap(container -> container.runDirectory().map(directories::here).stream())
                .toList());
    }

    /// Hangs up what still runs and waits for that, as long as it may take.
    @Override
    public void close() {
        processes.forEach(PorterProcess::close);
        porters.close();
        engine.close();
    }

    /// The porter had ended, and there is another one now.
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
        var way = porters.into(container);
        if (way instanceof Way.Absent) {
            return engine.start(spec);
        }
        return startAs(user(container, way), spec, way);
    }

    private ContainerProcess startAs(String user, ExecSpec spec, Way way) throws IOException, InterruptedException {
        var container = spec.container();
        var spawn = new Spawn(spec, way.program(), user, settings.hangupGrace());
        var link = way.open(bare, container, spawn.frame());
        var process = new PorterProcess(link, spawn, () -> whyLost(container), this::letGo);
        processes.add(process);
        return process;
    }

    private String user(Container container, Way way) throws IOException, InterruptedException {
        return users.of(container, way.launch(), new UserTrial(bare, container, way));
    }

    private void letGo(PorterProcess process) {
        processes.remove(process);
        if (process.trial() == Trial.Result.NO_SUCH_USER) {
            users.forget(process.spawn().spec().container().id());
        }
    }

    private void forget(String containerId) {
        porters.forget(containerId);
        users.forget(containerId);
        containerCache.forget(containerId);
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
        public Way into(Container container) throws InterruptedException {
            return porters.into(container);
        }

        @Override
        public String user(Container container, Way way) throws IOException, InterruptedException {
            return PorterRuntime.this.user(container, way);
        }

        @Override
        public ContainerProcess start(ExecSpec spec, Way way, String user) throws IOException, InterruptedException {
            return startAs(user, spec, way);
        }
    }

    private final class SocketAccess implements PorterSockets.Access {
        @Override
        public Way into(Container container) throws InterruptedException {
            return porters.into(container);
        }

        @Override
        public String user(Container container, Way way) throws IOException, InterruptedException {
            return PorterRuntime.this.user(container, way);
        }

        @Override
        public Link open(Way way, Container container, byte[] request) throws IOException, InterruptedException {
            return way.open(bare, container, request);
        }
    }
}
