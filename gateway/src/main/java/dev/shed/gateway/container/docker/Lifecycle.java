package dev.shed.gateway.container.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.RestartPolicy;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerEngine;
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
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Creates, starts, stops and removes the containers of sheds.
final class Lifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

    private static final String CREATED = "shed.created";

    /// The characters of an image's name, which becomes part of a URL's path.
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:@-]*");

    /// The main program of every shed, instead of the image's own command: if that is a shell, it would exit
    /// at once and the engine would restart it without end.
    static final List<String> IDLE = List.of("sleep", "infinity");

    /// The time limit for a removal that waits until the engine has copied files.
    private static final Duration REMOVAL = Duration.ofHours(1);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private static final int LOG_LINES = 5;
    private static final int LOG_BYTES = 1000;

    private final EngineClient engine;
    private final Containers containers;
    private final Volumes volumes;
    private final Homes homes;
    private final NewShedNetwork networks;
    private final Clock clock = Clock.systemUTC();

    Lifecycle(EngineClient engine, Containers containers, Volumes volumes, Homes homes) {
        this.engine = engine;
        this.containers = containers;
        this.volumes = volumes;
        this.homes = homes;
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

    private String make(ContainerSpec spec, InspectImageResponse image) {
        try {
            var home = homes.of(spec, image);
            requireSameHome(spec, home);
            // The engine creates the volumes in the same step, and only for the one call that wins the name.
            return engine.work(docker -> describe(
                            docker.createContainerCmd(spec.image()), spec, String.valueOf(image.getId()), home)
                    .exec()
                    .getId());
        } catch (EngineRefusedException e) {
            throw notMade(spec, e);
        }
    }

    /// Another user's home directory is not what programs would expect in the kept one, or may not be theirs.
    private void requireSameHome(ContainerSpec spec, Optional<String> home) {
        var kept = Optional.ofNullable(volumes.labels(spec.homeVolumeName()).get(ContainerSpec.HOME));
        if (kept.isPresent() && !kept.equals(home)) {
            throw new ShedException(
                    Failure.otherHome(spec.shed().value(), kept.get(), spec.image(), home.orElse("none")));
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

    /// Whether the container with that name is a shed. The engine reserves the name before it lists the
    /// container, so a container that cannot be found yet is being created by a concurrent call.
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

    /// Created by the engine, because not every porter may do so. Not a tmpfs: its mode is lost when the
    /// container restarts.
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

    /// Removes the container and the volumes with this creation mark.
    ///
    /// @return whether there was anything to remove
    boolean undo(ShedName shed, String creation) {
        var made = containers.made(shed, creation);
        made.forEach(container -> removeContainer(container.id()));
        boolean madeVolumes = volumes.undo(shed, creation);
        return madeVolumes || !made.isEmpty();
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
            // The container runs already.
            e.throwUnless(EngineRefusedException.NOT_MODIFIED);
        }
    }

    /// Engines without logs, and containers that no longer exist, yield an empty text and no failure.
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
            // Not modified means that it is stopped already.
            if (!e.is(EngineRefusedException.NOT_MODIFIED)) {
                throw containers.meaning(container, e);
            }
        }
    }

    /// Removes a container and, if requested, its volumes.
    ContainerEngine.Kept remove(Container container, boolean withVolumes) {
        removeContainer(container.id());
        return volumes.remove(container, withVolumes);
    }

    /// Returns when the container no longer exists. While the engine copies files into its volume, it lists
    /// the container and at the same time answers that it does not exist; and it refuses two removals at
    /// once.
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
            // Another client removed it or is removing it, or its creation is not complete.
            LOG.atDebug().addKeyValue("container", id).setCause(e).log("removed by another client");
        }
    }

    private CreateContainerCmd describe(
            CreateContainerCmd create, ContainerSpec spec, String imageId, Optional<String> home) {
        var own = Map.of(Containers.SHED, "true", Containers.NAME, spec.shed().value());
        var labels = new HashMap<String, String>();
        // Labels inherited from an image that was made of another shed do not apply to this shed.
        containers.inherited().ofImage(imageId).keySet().forEach(label -> labels.put(label, ""));
        labels.putAll(spec.labels());
        labels.putAll(own);
        labels.put(CREATED, clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        var host = HostConfig.newHostConfig()
                .withInit(true)
                .withRestartPolicy(RestartPolicy.unlessStoppedRestart())
                .withMounts(mounts(spec, own, home));
        spec.limits().nanoCpus().ifPresent(host::withNanoCPUs);
        // Memory and memory plus swap get the same limit, so that no swap is used.
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

    /// NET_RAW is dropped: with raw packets a container could answer ARP requests for others on the bridge
    /// and receive their traffic.
    private static void join(HostConfig host, String network) {
        host.withNetworkMode(network);
        if (network.equals(NewShedNetwork.OURS)) {
            host.withCapDrop(Capability.NET_RAW);
        }
    }

    /// With this variable, a tmux that `docker exec` starts also finds the sessions.
    private static List<String> environment(ContainerSpec spec) {
        var variables = new HashMap<>(Map.of("TMUX_TMPDIR", Container.SOCKETS));
        variables.putAll(spec.environment());
        return variables.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
    }

    private List<Mount> mounts(ContainerSpec spec, Map<String, String> own, Optional<String> home) {
        var mounts = new ArrayList<>(volumes.mounts(spec, own, home));
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

    private InspectImageResponse requireImage(String image) {
        try {
            if (!IMAGE.matcher(image).matches()) {
                throw new ShedException(missing(image));
            }
            return engine.ask(docker -> docker.inspectImageCmd(image).exec());
        } catch (EngineRefusedException e) {
            e.throwUnless(EngineRefusedException.NOT_FOUND, EngineRefusedException.BAD_REQUEST);
            throw new ShedException(missing(image), e);
        }
    }

    private static Failure missing(String image) {
        return Failure.imageNotFound(image, DockerHints.missing(image));
    }

    private static ShedException alreadyExists(ContainerSpec spec) {
        return new ShedException(Failure.shedAlreadyExists(spec.shed().value()));
    }
}
