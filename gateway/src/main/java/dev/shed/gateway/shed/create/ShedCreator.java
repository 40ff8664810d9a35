package dev.shed.gateway.shed.create;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.ContainerSpec.Bind;
import dev.shed.gateway.container.ContainerSpec.Limits;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.Elapsed;
import dev.shed.gateway.shed.NewReasons;
import dev.shed.gateway.shed.Repository;
import dev.shed.gateway.shed.Workspace;
import dev.shed.gateway.shed.create.CreateProgress.Stage;
import dev.shed.gateway.shed.create.PendingCreations.Creation;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Creates sheds: container, start, clone. If a step fails or the client vanishes, everything is undone (ADR-0014).
public final class ShedCreator {
    private static final Logger LOG = LoggerFactory.getLogger(ShedCreator.class);

    private static final String REPO = "shed.repo";
    private static final String OWNER = "shed.owner";

    private final ContainerEngine engine;
    private final ContainerRuntime runtime;
    private final PendingCreations pendingCreations;
    private volatile Settings settings;
    private final CreationListener creationListener;
    private final AtomicBoolean undoing = new AtomicBoolean();

    /// The sheds whose client disconnected during the creation and which are being undone.
    private final Set<ShedName> cutShort = ConcurrentHashMap.newKeySet();

    /// The settings of all new sheds.
    ///
    /// @param image the default image
    /// @param workspace the mount point of the volume
    /// @param forge the prefix for `owner/repo`
    /// @param hostKeys how ssh treats unknown hosts during a clone
    /// @param binds files and directories of the host to mount in every new shed
    /// @param limits the default limits
    /// @param network the network of new sheds
    /// @param watch how long a container is watched after its start
    /// @param ownersOnly whether users see only the sheds that their keys own, so that kept volumes are given to
    /// their owners only
    /// @param envFile a file of `NAME=VALUE` lines with variables for every new shed; read again for each
    public record Settings(
            String image,
            Workspace workspace,
            String forge,
            HostKeys hostKeys,
            List<Bind> binds,
            Optional<Path> envFile,
            Limits limits,
            String network,
            boolean ownersOnly,
            Duration watch) {
        public Settings {
            binds = List.copyOf(binds);
        }
    }

    public ShedCreator(
            ContainerEngine engine,
            ContainerRuntime runtime,
            PendingCreations pendingCreations,
            Settings settings,
            CreationListener creationListener) {
        this.engine = engine;
        this.runtime = runtime;
        this.pendingCreations = pendingCreations;
        this.settings = settings;
        this.creationListener = creationListener;
    }

    /// Changes the settings of sheds created from now on.
    public void reconfigure(Settings next) {
        settings = next;
    }

    /// Whether the creation of the container has not finished, or failed.
    public boolean isUnfinished(Container container) {
        var mark = container.labels().get(Container.CREATION);
        return mark != null && pendingCreations.contains(mark);
    }

    /// Whether the container is left from a creation that nobody works on.
    public boolean isAbandoned(Container container) {
        return abandoned(container).isPresent();
    }

    private Optional<Creation> abandoned(Container container) {
        return pendingCreations.abandoned().stream()
                .filter(creation -> creation.mark().equals(container.labels().get(Container.CREATION)))
                .findFirst();
    }

    /// Whether the client has disconnected and the shed will be removed once the engine has finished its
    /// current step.
    public boolean isCutShort(ShedName shed) {
        return cutShort.contains(shed);
    }

    /// A container was removed, so that nothing of its creation is left to undo.
    public void removed(Container container) {
        abandoned(container).ifPresent(pendingCreations::undone);
    }

    /// Creates a shed and returns its running container. It works on a thread of its own, because a client
    /// that disconnects interrupts its channel's thread, and the half-created shed must still be undone.
    public Container make(NewShed wanted, CreateProgress createProgress) throws IOException, InterruptedException {
        var repository = wanted.source().map(source -> Repository.parse(source.repository(), settings.forge()));
        var spec = spec(wanted, repository);
        var gone = new AtomicBoolean();
        var task = new FutureTask<>(() -> {
            var creation = begin(wanted);
            return finishedOrUndone(
                    creation, () -> build(new Order(wanted, repository, creation.mark()), spec, createProgress, gone));
        });
        Thread.ofVirtual().name(Thread.currentThread().getName() + "/create").start(task);
        try {
            return result(task, () -> {
                gone.set(true);
                cutShort.add(wanted.name());
            });
        } finally {
            cutShort.remove(wanted.name());
        }
    }

    private record Order(NewShed wanted, Optional<Repository> repository, String mark) {}

    private Creation begin(NewShed wanted) {
        pendingCreations.abandoned().stream()
                .filter(old -> old.name().equals(wanted.name()))
                .forEach(old -> undo(old, false));
        return pendingCreations
                .begin(wanted.name())
                .orElseThrow(() -> new ShedException(
                        Failure.shedAlreadyExists(wanted.name().value())));
    }

    private Container finishedOrUndone(Creation creation, Callable<Container> steps) throws Exception {
        boolean finished = false;
        boolean certain = true;
        creationListener.begins(creation.name());
        try {
            var container = steps.call();
            pendingCreations.finish(creation);
            finished = true;
            return container;
        } catch (ShedException e) {
            certain = e.failure().kind() != Failure.Kind.ENGINE_UNAVAILABLE;
            throw e;
        } finally {
            if (!finished) {
                undo(creation, certain);
            }
            creationListener.ends(creation.name(), finished);
        }
    }

    private Container build(Order order, ContainerSpec spec, CreateProgress createProgress, AtomicBoolean gone)
            throws IOException, InterruptedException {
        requireOwner(order.wanted());
        var container = created(marked(spec, order.mark()), createProgress);
        requireListener(gone);
        // Reported once the engine has accepted the parameters.
        createProgress.begins(Stage.CREATING, spec.shed() + " from " + spec.image());
        new CreationWarnings(engine, createProgress).tell(order.wanted().limits(), spec, container);
        var told = new NewReasons(createProgress::waitsBecause);
        engine.start(container, why -> {
            requireListener(gone);
            told.because(why);
        });
        // The container's log is removed with it, so the hint is about the image.
        requireUp(container, engine.hints().endsAtOnce(spec.image()));
        requireListener(gone);
        if (order.repository().isPresent()) {
            new Checkout(engine, runtime, settings.workspace(), settings.hostKeys())
                    .provide(
                            container,
                            order.repository().orElseThrow(),
                            order.wanted().source().orElseThrow(),
                            createProgress);
            requireListener(gone);
        }
        return container;
    }

    /// Fails with `OTHER_OWNER` if the kept volumes belong to other keys, and users see only their own sheds.
    /// They have the logins of whoever worked in them.
    private void requireOwner(NewShed wanted) {
        if (!settings.ownersOnly()) {
            return;
        }
        Stream.of(engine.homeLabels(wanted.name()), engine.workspaceLabels(wanted.name()))
                .map(labels -> labels.getOrDefault(Container.OWNER_KEYS, ""))
                .filter(keys -> !keys.isEmpty() && !sorted(keys).equals(sorted(wanted.ownerKeys())))
                .findFirst()
                .ifPresent(keys -> {
                    throw new ShedException(Failure.otherOwner(wanted.name().value(), keys));
                });
    }

    private static List<String> sorted(String keys) {
        return Stream.of(keys.split(",", -1)).sorted().toList();
    }

    /// Creates the container, and reports the elapsed time: the engine may have to copy files of the image
    /// and reports no progress.
    private Container created(ContainerSpec spec, CreateProgress createProgress) {
        try (var _ = Elapsed.tell(createProgress)) {
            return engine.create(spec);
        }
    }

    /// Fails if the container does not keep running after its start.
    ///
    /// @param hint how to find out more
    public void requireUp(Container container, String hint) {
        new StartupCheck(engine, settings.watch()).requireUp(container, hint);
    }

    /// Fails if the client has disconnected.
    private static void requireListener(AtomicBoolean gone) throws InterruptedIOException {
        if (gone.get()) {
            throw new InterruptedIOException("the client is gone");
        }
    }

    private static Container result(FutureTask<Container> task, Runnable gone)
            throws IOException, InterruptedException {
        boolean left = false;
        while (true) {
            try {
                var container = task.get();
                if (left) {
                    throw new InterruptedException("the client went when the shed was finished");
                }
                return container;
            } catch (ExecutionException e) {
                throw rethrown(e);
            } catch (InterruptedException e) {
                if (task.isDone()) {
                    throw e;
                }
                left = true;
                gone.run();
            }
        }
    }

    private static IOException rethrown(ExecutionException e) throws IOException, InterruptedException {
        switch (e.getCause()) {
            case ShedException failed -> throw failed;
            case RuntimeException defect -> throw defect;
            case InterruptedException interrupted -> throw interrupted;
            case IOException broken -> throw broken;
            case Error error -> throw error;
            case null, default -> throw new IllegalStateException(e);
        }
    }

    /// Removes the remains of a creation. If that fails, it is tried again later.
    ///
    /// @param certain whether the engine has finished with it. Otherwise it may still create a container,
    /// which is removed when it appears in a list.
    private void undo(Creation creation, boolean certain) {
        try {
            boolean found = engine.undo(creation.name(), creation.mark());
            if (found || certain || !pendingCreations.isRecent(creation)) {
                pendingCreations.undone(creation);
            } else {
                pendingCreations.leave(creation);
            }
        } catch (RuntimeException e) {
            pendingCreations.leave(creation);
            LOG.atWarn().addKeyValue("shed", creation.name()).setCause(e).log("cannot remove a half-made shed");
        }
    }

    /// Removes what earlier runs of this gateway left half-created.
    public void undoAbandoned() {
        for (var creation : pendingCreations.abandoned()) {
            LOG.atInfo().addKeyValue("shed", creation.name()).log("removing a half-made shed");
            undo(creation, false);
        }
    }

    /// Does the same in the background if one of the listed containers was abandoned: an engine that did not
    /// answer in time may have created it later.
    public void undoAbandonedSoon(Stream<Container> listed) {
        if (listed.anyMatch(this::isAbandoned) && undoing.compareAndSet(false, true)) {
            Thread.ofVirtual().name("half-made-sheds").start(() -> {
                try {
                    undoAbandoned();
                } finally {
                    undoing.set(false);
                }
            });
        }
    }

    private ContainerSpec spec(NewShed wanted, Optional<Repository> repository) {
        var labels = new HashMap<>(wanted.labels());
        if (!wanted.owner().isEmpty()) {
            labels.put(OWNER, wanted.owner());
        }
        if (!wanted.ownerKeys().isEmpty()) {
            labels.put(Container.OWNER_KEYS, wanted.ownerKeys());
        }
        repository.ifPresent(each -> labels.put(REPO, each.address()));
        repository.map(settings.workspace()::labels).ifPresent(labels::putAll);
        if (repository.isEmpty()) {
            labels.putAll(kept(wanted.name()));
        }
        var variables = new HashMap<>(settings.envFile().map(EnvFile::read).orElse(Map.of()));
        variables.putAll(wanted.environment());
        settings.binds().forEach(bind -> new MountSource(bind.source()).require());
        return new ContainerSpec(
                wanted.name(),
                wanted.image().orElse(settings.image()),
                labels,
                variables,
                wanted.limits().or(settings.limits()),
                settings.binds(),
                Optional.of(settings.network()),
                Optional.empty());
    }

    /// The labels about the repository in a kept workspace.
    private Map<String, String> kept(ShedName shed) {
        var kept = new HashMap<>(engine.workspaceLabels(shed));
        kept.keySet().retainAll(ContainerSpec.WORKSPACE_LABELS);
        kept.replaceAll((_, value) -> Repository.shown(value));
        return kept;
    }

    private static ContainerSpec marked(ContainerSpec spec, String mark) {
        var labels = new HashMap<>(spec.labels());
        labels.put(Container.CREATION, mark);
        return new ContainerSpec(
                spec.shed(),
                spec.image(),
                labels,
                spec.environment(),
                spec.limits(),
                spec.binds(),
                spec.network(),
                spec.runDirectory());
    }
}
