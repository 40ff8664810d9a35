package dev.shed.gateway.container.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.VolumeOptions;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.docker.engine.EngineClient;
import dev.shed.gateway.container.docker.engine.EngineRefusedException;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.stream.Tail;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes, starts, stops and removes the containers of sheds.
final class Lifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

    private static final String CREATED = "shed.created";

    /// What an image's name can be made of; it becomes a part of a path.
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:@-]*");

    /// A shed stays up with nothing in it, whatever its image is made to run: an image whose command is a shell
    /// would end at once, and start and end for ever.
    private static final List<String> IDLE = List.of("sleep", "infinity");

    /// Until the engine has copied what it is still copying.
    private static final Duration REMOVAL = Duration.ofHours(1);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private static final int LOG_LINES = 5;
    private static final int LOG_BYTES = 1000;

    private final EngineClient engine;
    private final Containers containers;
    private final String workspace;
    private final NewShedNetwork networks;
    private final Clock clock = Clock.systemUTC();

    Lifecycle(EngineClient engine, Containers containers, String workspace) {
        this.engine = engine;
        this.containers = containers;
        this.workspace = workspace;
        this.networks = new NewShedNetwork(engine);
    }

    Container create(ContainerSpec spec) {
        if (containers.find(spec.shed()).isPresent()) {
            throw alreadyExists(spec);
        }
        var image = requireImage(spec.image());
        spec.network().ifPresent(networks::require);
        makeSocketDirectory(make(spec, image));
        return containers
                .find(spec.shed())
                .orElseThrow(
                        () -> new ShedException(Failure.shedNotFound(spec.shed().value())));
    }

    private String make(ContainerSpec spec, String imageId) {
        try {
            // The engine makes the volume in the same step, and only for the one call that wins the name.
            return engine.work(docker -> describe(docker.createContainerCmd(spec.image()), spec, imageId)
                    .exec()
                    .getId());
        } catch (EngineRefusedException e) {
            throw notMade(spec, e);
        }
    }

    private ShedException notMade(ContainerSpec spec, EngineRefusedException refusal) {
        if (refusal.isMissingImage()) {
            return new ShedException(missing(spec.image()), refusal);
        }
        if (spec.limits().disk().isPresent() && refusal.words().contains("storage-opt")) {
            return new ShedException(
                    Failure.config("shed.disk", "the engine cannot limit a shed's disk: " + refusal.words(), "0"),
                    refusal);
        }
        return switch (refusal.status()) {
            case EngineRefusedException.CONFLICT -> isShedOrBeingMade(spec) ? alreadyExists(spec) : refusal;
            case EngineRefusedException.BAD_REQUEST ->
                new ShedException(
                        Failure.usage("the engine refuses: " + refusal.words(), "ssh shed@HOST create --help"),
                        refusal);
            default -> refusal;
        };
    }

    /// Whether the container that has the name is a shed, rather than something else. An engine takes the
    /// name before it knows the container: what cannot be found yet is being made by a call that was faster.
    private boolean isShedOrBeingMade(ContainerSpec spec) {
        if (containers.find(spec.shed()).isPresent()) {
            return true;
        }
        try {
            engine.json("/containers/" + spec.containerName() + "/json");
            return containers.find(spec.shed()).isPresent();
        } catch (EngineRefusedException e) {
            e.throwUnless(EngineRefusedException.NOT_FOUND);
            return true;
        }
    }

    /// Here, since not every porter may. No tmpfs: its mode is lost when the container starts again.
    private void makeSocketDirectory(String id) {
        try {
            engine.ask(docker -> docker.copyArchiveToContainerCmd(id)
                    .withRemotePath("/")
                    .withTarInputStream(TarFile.shared(Container.SOCKETS))
                    .exec());
        } catch (EngineRefusedException e) {
            LOG.atDebug().addKeyValue("container", id).setCause(e).log("no directory for sockets");
        }
    }

    /// Removes what carries the mark of one creation, and says whether there was anything.
    boolean undo(ShedName shed, String creation) {
        var made = containers.made(shed, creation);
        made.forEach(container -> removeContainer(container.id()));
        var volume = ContainerSpec.volumeName(shed);
        boolean madeVolume = creation.equals(creationOf(volume));
        if (madeVolume) {
            removeVolume(volume);
        }
        return madeVolume || !made.isEmpty();
    }

    void start(Container container) {
        try {
            startOnce(container);
        } catch (EngineRefusedException e) {
            if (!e.isMissingNetwork()) {
                throw containers.meaning(container, e);
            }
            networks.rejoin(container.id());
            startOnce(container);
        }
    }

    private void startOnce(Container container) {
        try {
            engine.work(docker -> docker.startContainerCmd(container.id()).exec());
        } catch (EngineRefusedException e) {
            // It runs already.
            e.throwUnless(EngineRefusedException.NOT_MODIFIED);
        }
    }

    /// What an engine that keeps no logs, or has lost the container, has not is no failure of its own.
    String lastLines(Container container) {
        var lines = new Tail(LOG_BYTES);
        try {
            engine.ask(docker -> {
                try (var log = docker.logContainerCmd(container.id())
                        .withStdOut(true)
                        .withStdErr(true)
                        .withTail(LOG_LINES)
                        .exec(new ResultCallback.Adapter<Frame>() {
                            @Override
                            public void onNext(Frame frame) {
                                lines.write(frame.getPayload(), 0, frame.getPayload().length);
                            }
                        })) {
                    log.awaitCompletion();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
                return lines;
            });
        } catch (ShedException e) {
            LOG.atDebug().addKeyValue("container", container.id()).setCause(e).log("no log");
        }
        return lines.toString();
    }

    void stop(Container container, Duration grace) {
        try {
            engine.ask(
                    engine.timeout().plus(grace),
                    docker -> docker.stopContainerCmd(container.id())
                            .withTimeout((int) grace.toSeconds())
                            .exec());
        } catch (EngineRefusedException e) {
            // Not modified: it is stopped already.
            if (!e.is(EngineRefusedException.NOT_MODIFIED)) {
                throw containers.meaning(container, e);
            }
        }
    }

    /// Removes a container and, if asked to, its workspace; says whether a workspace stays.
    boolean remove(Container container, boolean withWorkspace) {
        removeContainer(container.id());
        var volume = container.workspaceVolume();
        return volume.isPresent() && !(withWorkspace && removeVolume(volume.get()));
    }

    /// Returns when it is gone. The engine lists a container while it still copies files into its volume, and says at
    /// the same time that there is none; and it refuses to remove one twice at once.
    private void removeContainer(String id) {
        long end = System.nanoTime() + REMOVAL.toNanos();
        remove(id);
        while (isListed(id)) {
            if (System.nanoTime() > end || !paused()) {
                throw new ShedException(EngineClient.unavailable("it does not remove the container " + id));
            }
            remove(id);
        }
    }

    private static boolean paused() {
        try {
            Thread.sleep(LOOK_AGAIN);
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean isListed(String id) {
        return !engine.ask(docker -> docker.listContainersCmd()
                        .withShowAll(true)
                        .withIdFilter(List.of(id))
                        .exec())
                .isEmpty();
    }

    private void remove(String id) {
        try {
            engine.work(docker -> docker.removeContainerCmd(id)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec());
        } catch (EngineRefusedException e) {
            e.throwUnless(EngineRefusedException.NOT_FOUND, EngineRefusedException.CONFLICT);
            // Somebody else removed it, or is just doing so; or it is not made yet.
            LOG.atDebug().addKeyValue("container", id).setCause(e).log("removed by another client");
        }
    }

    private CreateContainerCmd describe(CreateContainerCmd create, ContainerSpec spec, String imageId) {
        var own = Map.of(Containers.SHED, "true", Containers.NAME, spec.shed().value());
        var labels = new HashMap<String, String>();
        // What an image says of the shed that it was made of does not hold for this one.
        containers.inherited().ofImage(imageId).keySet().forEach(label -> labels.put(label, ""));
        labels.putAll(spec.labels());
        labels.putAll(own);
        labels.put(CREATED, clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        var host = HostConfig.newHostConfig()
                .withInit(true)
                .withRestartPolicy(RestartPolicy.unlessStoppedRestart())
                .withMounts(mounts(spec, own));
        spec.limits().nanoCpus().ifPresent(host::withNanoCPUs);
        // The same for both: a limit that only swaps is none.
        spec.limits().memory().ifPresent(bytes -> host.withMemory(bytes).withMemorySwap(bytes));
        spec.limits().processes().ifPresent(host::withPidsLimit);
        spec.limits().disk().ifPresent(bytes -> host.withStorageOpt(Map.of("size", Long.toString(bytes))));
        spec.network().ifPresent(name -> join(host, name));
        return create.withName(spec.containerName())
                .withHostName(spec.shed().value())
                .withLabels(labels)
                .withEnv(environment(spec))
                .withTty(false)
                .withStdinOpen(false)
                .withEntrypoint(IDLE)
                .withHostConfig(host);
    }

    /// Who may send raw packets answers ARP for others on the bridge, and gets what is sent to them.
    private static void join(HostConfig host, String network) {
        host.withNetworkMode(network);
        if (network.equals(NewShedNetwork.OURS)) {
            host.withCapDrop(Capability.NET_RAW);
        }
    }

    /// Also a tmux that the engine's own exec starts finds the sessions.
    private static List<String> environment(ContainerSpec spec) {
        var variables = new HashMap<>(Map.of("TMUX_TMPDIR", Container.SOCKETS));
        variables.putAll(spec.environment());
        return variables.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
    }

    private List<Mount> mounts(ContainerSpec spec, Map<String, String> own) {
        var marks = new HashMap<>(own);
        spec.labels().forEach((key, value) -> {
            if (key.equals(Container.CREATION) || ContainerSpec.WORKSPACE_LABELS.contains(key)) {
                marks.put(key, value);
            }
        });
        var volume = new Mount()
                .withType(MountType.VOLUME)
                .withSource(spec.volumeName())
                .withTarget(workspace)
                .withVolumeOptions(new VolumeOptions().withLabels(marks));
        var mounts = new ArrayList<>(List.of(volume));
        spec.runDirectory()
                .map(directory -> bind(new ContainerSpec.Bind(directory, Container.RUN_DIRECTORY, true)))
                .ifPresent(mounts::add);
        spec.binds().forEach(each -> mounts.add(bind(each)));
        return mounts;
    }

    private static Mount bind(ContainerSpec.Bind each) {
        return new Mount()
                .withType(MountType.BIND)
                .withSource(each.source().toString())
                .withTarget(each.target())
                .withReadOnly(each.readOnly());
    }

    /// The image's id.
    private String requireImage(String image) {
        try {
            if (!IMAGE.matcher(image).matches()) {
                throw new ShedException(missing(image));
            }
            return String.valueOf(
                    engine.ask(docker -> docker.inspectImageCmd(image).exec()).getId());
        } catch (EngineRefusedException e) {
            e.throwUnless(EngineRefusedException.NOT_FOUND, EngineRefusedException.BAD_REQUEST);
            throw new ShedException(missing(image), e);
        }
    }

    private static Failure missing(String image) {
        return Failure.imageNotFound(image, DockerHints.missing(image));
    }

    private @Nullable String creationOf(String volume) {
        return volumeLabels(volume).get(Container.CREATION);
    }

    /// None when there is no such volume.
    Map<String, String> volumeLabels(String volume) {
        try {
            var labels =
                    engine.ask(docker -> docker.inspectVolumeCmd(volume).exec()).getLabels();
            return labels == null ? Map.of() : labels;
        } catch (EngineRefusedException e) {
            e.throwUnless(EngineRefusedException.NOT_FOUND);
            return Map.of();
        }
    }

    /// Removes a volume, or keeps one that another container uses.
    ///
    /// @return whether it is gone
    private boolean removeVolume(String volume) {
        try {
            engine.work(docker -> docker.removeVolumeCmd(volume).exec());
        } catch (EngineRefusedException e) {
            e.throwUnless(EngineRefusedException.NOT_FOUND, EngineRefusedException.CONFLICT);
            if (e.is(EngineRefusedException.CONFLICT)) {
                LOG.atWarn().addKeyValue("volume", volume).setCause(e).log("volume kept: another container uses it");
                return false;
            }
        }
        return true;
    }

    private static ShedException alreadyExists(ContainerSpec spec) {
        return new ShedException(Failure.shedAlreadyExists(spec.shed().value()));
    }
}
