package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerDetails;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerObserver;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.EngineHints;
import dev.shed.gateway.container.Network;
import dev.shed.gateway.container.PlainExec;
import dev.shed.gateway.container.UserResolver;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Wraps an engine: gives new containers a run directory, caches a container's description while its porter
/// answers, and has the porter end the processes before a stop. All other calls are passed on.
final class PorterEngine implements ContainerEngine {
    private final ContainerEngine engine;
    private final Porters porters;
    private final UserResolver users;
    private final RunDirectories directories;
    private final GracefulStop gracefulStop;
    private final ContainerCache containerCache;

    PorterEngine(
            ContainerEngine engine,
            Porters porters,
            UserResolver users,
            RunDirectories directories,
            GracefulStop gracefulStop) {
        this.engine = engine;
        this.porters = porters;
        this.users = users;
        this.directories = directories;
        this.gracefulStop = gracefulStop;
        this.containerCache = new ContainerCache(porters::answers, System::nanoTime);
    }

    @Override
    public String version() {
        return engine.version();
    }

    @Override
    public EngineHints hints() {
        return engine.hints();
    }

    /// Also forgets containers that were removed by others.
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

    /// A porter that answers proves that its container runs, so the engine need not be asked for each
    /// process.
    @Override
    public Optional<Container> find(ShedName shed) {
        return containerCache.find(shed, engine::find);
    }

    @Override
    public void expect(ShedName shed) {
        containerCache.expect(shed);
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
    public Map<String, String> workspaceLabels(ShedName shed) {
        return engine.workspaceLabels(shed);
    }

    @Override
    public Map<String, String> homeLabels(ShedName shed) {
        return engine.homeLabels(shed);
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
    public AutoCloseable watch(Optional<Instant> since, ContainerObserver observer) {
        return engine.watch(since, observer);
    }

    @Override
    public Container create(ContainerSpec spec) {
        if (!engine.sharesHost()) {
            return engine.create(spec);
        }
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
    public void start(Container container, Waiting waiting) throws IOException {
        requireStartable(container);
        porters.prepare(container);
        engine.start(container, waiting);
    }

    @Override
    public Optional<String> trouble(Container container) {
        return engine.trouble(container);
    }

    @Override
    public boolean markStopped(Container container, boolean stopped) {
        boolean kept = engine.markStopped(container, stopped);
        if (kept) {
            containerCache.forget(container.id());
        }
        return kept;
    }

    @Override
    public boolean sharesHost() {
        return engine.sharesHost();
    }

    @Override
    public void stop(Container container, Duration grace) {
        gracefulStop.run(container, grace);
        engine.stop(container, grace);
        forget(container.id());
    }

    @Override
    public Kept remove(Container container, boolean withVolumes) {
        var kept = engine.remove(container, withVolumes);
        forget(container.id());
        container.runDirectory().flatMap(directories::own).ifPresent(directories::remove);
        return kept;
    }

    @Override
    public Network network(Container container) {
        return engine.network(container);
    }

    @Override
    public BareExec exec() {
        return engine.exec();
    }

    @Override
    public Optional<PlainExec> plainExec() {
        return engine.plainExec();
    }

    @Override
    public void close() {
        engine.close();
    }

    private void forget(String containerId) {
        porters.forget(containerId);
        users.forget(containerId);
        containerCache.forget(containerId);
    }
}
