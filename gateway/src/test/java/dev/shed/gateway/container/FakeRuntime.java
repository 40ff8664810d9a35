package dev.shed.gateway.container;

import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.ContainerDetails.Ending;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A container engine in memory, and the runtime that goes with it. Its containers know `tmux`; what else runs in them,
/// a test says.
public class FakeRuntime implements ContainerEngine, ContainerRuntime {
    public static final String IMAGE = "shed-base:latest";

    private static final Instant CREATED = Instant.parse("2026-01-25T08:00:00Z");

    // All guarded by this, but the list.
    private final Map<ShedName, Container> containers = new TreeMap<>();
    private final Map<ShedName, FakeTmux> servers = new HashMap<>();
    private final Map<ShedName, Function<ExecSpec, Optional<ContainerProcess>>> shedPrograms = new HashMap<>();
    private Function<ExecSpec, Optional<ContainerProcess>> programs = _ -> Optional.empty();
    private @Nullable Failure trouble;
    private @Nullable Failure startTrouble;
    private @Nullable Failure createTrouble;
    private final FakeVolumes volumes = new FakeVolumes();
    private int ids;
    private int questions;
    private String log = "";
    private State runs = State.RUNNING;
    private final List<ContainerObserver> observers = new CopyOnWriteArrayList<>();
    private final List<ExecSpec> started = new CopyOnWriteArrayList<>();
    private final FakeSockets sockets = new FakeSockets();
    private final Map<ShedName, Network> networks = new HashMap<>();

    /// A running shed.
    public FakeRuntime with(String name) {
        return with(name, State.RUNNING, Map.of());
    }

    public FakeRuntime with(String name, State state) {
        return with(name, state, Map.of());
    }

    /// A shed in the given state with more labels than it has anyway.
    public synchronized FakeRuntime with(String name, State state, Map<String, String> labels) {
        var shed = ShedName.parse(name);
        containers.put(shed, container(new ContainerSpec(shed, IMAGE, labels), state));
        return this;
    }

    /// Has a container that is no shed use a volume, too.
    public synchronized FakeRuntime usedElsewhere(String volume) {
        volumes.useElsewhere(volume);
        return this;
    }

    /// The sessions in a shed.
    public synchronized FakeTmux tmux(String name) {
        return servers.computeIfAbsent(ShedName.parse(name), _ -> new FakeTmux());
    }

    /// What runs in every shed: asked first about each process; empty leaves it to the fake's own programs.
    public synchronized FakeRuntime programs(Function<ExecSpec, Optional<ContainerProcess>> choice) {
        programs = choice;
        return this;
    }

    /// What every process of one shed is, tmux as well: hanging, failing, without tmux.
    public synchronized FakeRuntime in(String name, Function<ExecSpec, ContainerProcess> choice) {
        shedPrograms.put(ShedName.parse(name), choice.andThen(Optional::of));
        return this;
    }

    /// From now on every call fails so; null ends that.
    public synchronized FakeRuntime failing(@Nullable Failure failure) {
        trouble = failure;
        return this;
    }

    /// From now on no container is made; null ends that.
    public synchronized FakeRuntime failingCreates(@Nullable Failure failure) {
        createTrouble = failure;
        return this;
    }

    /// From now on no container starts.
    public synchronized FakeRuntime failingStarts(Failure failure) {
        startTrouble = failure;
        return this;
    }

    /// How often it was asked something.
    public synchronized int questions() {
        return questions;
    }

    /// Every process that was started, in order.
    public List<ExecSpec> started() {
        return List.copyOf(started);
    }

    private final Map<String, ContainerSpec.Limits> limits = new HashMap<>();
    private boolean hasLimits = true;

    /// The names of the volumes that are there.
    public synchronized Set<String> volumes() {
        return volumes.names();
    }

    @Override
    public synchronized String version() {
        answer();
        return "Fake Engine 1.0";
    }

    @Override
    public EngineHints hints() {
        return new FakeHints();
    }

    @Override
    public synchronized List<Container> list() {
        answer();
        return List.copyOf(containers.values());
    }

    @Override
    public synchronized Optional<Container> find(ShedName shed) {
        answer();
        return Optional.ofNullable(containers.get(shed));
    }

    @Override
    public synchronized ContainerDetails details(Container container) {
        answer();
        var ending = container.running()
                ? Optional.<Ending>empty()
                : Optional.of(new Ending(137, true, "", Optional.of(CREATED.plusSeconds(60))));
        return new ContainerDetails(
                new ContainerDetails.Life(Optional.of(CREATED), ending),
                0,
                "unless-stopped",
                "dev",
                limits.getOrDefault(container.id(), ContainerSpec.Limits.NONE),
                List.of(new ContainerDetails.Mount("shed-" + container.shed() + "-workspace", "/workspace", false)),
                List.of(new ContainerDetails.Network("bridge", "172.17.0.2")));
    }

    @Override
    public synchronized String lastLines(Container container) {
        return log;
    }

    /// From now on what is started ends at once, having said this; the engine starts it again and again.
    public synchronized FakeRuntime endingAtOnce(String lines) {
        log = lines;
        runs = State.RESTARTING;
        return this;
    }

    @Override
    public Optional<String> starter(Container container) {
        return Optional.empty();
    }

    @Override
    public synchronized Map<String, String> workspaceLabels(ShedName shed) {
        answer();
        return volumes.labels(ContainerSpec.volumeName(shed));
    }

    @Override
    public synchronized Map<String, String> homeLabels(ShedName shed) {
        answer();
        return volumes.labels(ContainerSpec.homeVolumeName(shed));
    }

    @Override
    public synchronized boolean undo(ShedName shed, String creation) {
        answer();
        boolean found = false;
        if (containers.containsKey(shed)
                && creation.equals(containers.get(shed).labels().get(Container.CREATION))) {
            containers.remove(shed);
            found = true;
        }
        return volumes.undo(shed, creation) || found;
    }

    @Override
    public synchronized Container create(ContainerSpec spec) {
        answer();
        if (createTrouble != null) {
            throw new ShedException(createTrouble);
        }
        if (containers.containsKey(spec.shed())) {
            throw new ShedException(Failure.shedAlreadyExists(spec.shed().value()));
        }
        if (!Set.of(IMAGE, "other:1").contains(spec.image())) {
            throw new ShedException(Failure.imageNotFound(spec.image(), "bring it there"));
        }
        var container = container(spec, State.STOPPED);
        containers.put(spec.shed(), container);
        if (hasLimits) {
            limits.put(container.id(), spec.limits());
        }
        return container;
    }

    /// An engine whose host has no means to limit anything.
    public synchronized void withoutLimits() {
        hasLimits = false;
    }

    @Override
    public synchronized void start(Container container) {
        answer();
        if (startTrouble != null) {
            throw new ShedException(startTrouble);
        }
        put(container, runs);
    }

    @Override
    public synchronized void stop(Container container, Duration grace) {
        answer();
        put(container, State.STOPPED);
        tmux(container.shed().value()).end();
    }

    @Override
    public synchronized Kept remove(Container container, boolean withVolumes) {
        answer();
        containers.remove(container.shed());
        tmux(container.shed().value()).end();
        return volumes.remove(container, withVolumes);
    }

    @Override
    public ContainerProcess start(ExecSpec spec) {
        // What a test has put there may block.
        return choice(spec)
                .apply(spec)
                .orElseGet(() ->
                        FakePrograms.run(spec, tmux(spec.container().shed().value())));
    }

    private synchronized Function<ExecSpec, Optional<ContainerProcess>> choice(ExecSpec spec) {
        var name = requireRunning(spec.container().shed()).shed();
        started.add(spec);
        return shedPrograms.getOrDefault(name, programs);
    }

    /// Tells everybody who watches what happens to a container, as an engine would.
    public void happens(String name, ContainerEvent.Kind kind, int code) {
        var shed = ShedName.parse(name);
        var id = find(shed).map(Container::id).orElse("gone");
        observers.forEach(listener -> listener.happened(new ContainerEvent(id, shed, kind, code, Instant.now())));
    }

    @Override
    public AutoCloseable watch(Optional<Instant> since, ContainerObserver listener) {
        answer();
        observers.add(listener);
        return () -> unwatch(listener);
    }

    private synchronized void unwatch(ContainerObserver listener) {
        observers.remove(listener);
        listener.over();
        notifyAll();
    }

    /// Waits until nobody watches any more.
    public synchronized void awaitUnwatched() throws InterruptedException {
        while (!observers.isEmpty()) {
            wait();
        }
    }

    /// What answers at every socket of every shed; a refusal is thrown.
    public FakeRuntime sockets(FakeSockets.Dialler dialler) {
        sockets.use(dialler);
        return this;
    }

    /// Whose network a shed has, if not its own.
    public synchronized FakeRuntime network(String name, Network network) {
        networks.put(ShedName.parse(name), network);
        return this;
    }

    /// What listens in sheds now, in the order in which it began.
    public List<FakeListener> listening() {
        return sockets.listening();
    }

    @Override
    public ContainerSocket dial(Container container, Endpoint to) throws SocketRefusedException {
        synchronized (this) {
            requireRunning(container.shed());
        }
        return sockets.dial(to);
    }

    /// Runs `task` first whenever something shall listen; it may block.
    public FakeRuntime beforeListening(Runnable task) {
        sockets.beforeListening(task);
        return this;
    }

    @Override
    public ContainerListener listen(
            Container container, Endpoint at, ContainerListener.Mode mode, ContainerListener.Acceptor acceptor)
            throws SocketRefusedException {
        synchronized (this) {
            requireRunning(container.shed());
        }
        return sockets.listen(at, mode, acceptor);
    }

    @Override
    public synchronized Network network(Container container) {
        return networks.getOrDefault(container.shed(), new Network.Own());
    }

    private Container requireRunning(ShedName name) {
        answer();
        var now = Optional.ofNullable(containers.get(name))
                .orElseThrow(() -> new ShedException(Failure.shedNotFound(name.value())));
        if (now.state() == State.STOPPED) {
            throw new ShedException(Failure.shedStopped(name.value()));
        }
        if (!now.running()) {
            throw new ShedException(Failure.shedNotReady(name.value(), "its container is " + now.state()));
        }
        return now;
    }

    /// What it starts needs no program of the gateway's.
    @Override
    public BareExec exec() {
        throw new AssertionError("the fake starts its processes without a porter");
    }

    @Override
    public void takeOver() {}

    @Override
    public void close() {}

    private void answer() {
        questions++;
        if (trouble != null) {
            throw new ShedException(trouble);
        }
    }

    private void put(Container container, State state) {
        containers.put(
                container.shed(),
                new Container(
                        container.id(),
                        container.shed(),
                        state,
                        container.created(),
                        container.image(),
                        container.labels(),
                        container.workspaceVolume(),
                        container.homeVolume(),
                        container.runDirectory()));
    }

    private Container container(ContainerSpec spec, State state) {
        ids++;
        volumes.add(spec);
        return new Container(
                "c0ffee" + ids,
                spec.shed(),
                state,
                CREATED,
                spec.image(),
                spec.labels(),
                Optional.of(spec.volumeName()),
                Optional.of(spec.homeVolumeName()),
                spec.runDirectory());
    }
}
