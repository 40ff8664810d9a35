package dev.shed.gateway.container.docker;

import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerMount;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The engine's containers that are sheds, read as such.
final class Containers {
    static final String SHED = "shed";
    static final String NAME = "shed.name";

    private static final Logger LOG = LoggerFactory.getLogger(Containers.class);

    private final Engine engine;
    private final String workspace;

    /// Ids of the containers whose labels were complained about.
    private final Set<String> complained = ConcurrentHashMap.newKeySet();

    /// A container beside the names that the engine gives it, which decide between two that claim one shed.
    private record Candidate(Container container, boolean rightfullyNamed) {
        private static final Comparator<Candidate> BEST = Comparator.comparing(Candidate::rightfullyNamed)
                .reversed()
                .thenComparing(candidate -> candidate.container().created())
                .thenComparing(candidate -> candidate.container().id());
    }

    Containers(Engine engine, String workspace) {
        this.engine = engine;
        this.workspace = workspace;
    }

    List<Container> list() {
        return list(Map.of(SHED, "true"));
    }

    Optional<Container> find(ShedName shed) {
        return list(Map.of(SHED, "true", NAME, shed.value())).stream().findFirst();
    }

    /// The same container as it is now, whatever it is called.
    Optional<Container> again(Container container) {
        return list().stream().filter(now -> now.id().equals(container.id())).findFirst();
    }

    /// Ids of the processes in a container that were started by an exec, as far as they live.
    List<String> execIds(Container container) {
        try {
            var ids = engine.ask(
                    docker -> docker.inspectContainerCmd(container.id()).exec().getExecIds());
            return ids == null ? List.of() : ids;
        } catch (NotFoundException _) {
            return List.of();
        }
    }

    private List<Container> list(Map<String, String> labels) {
        var found = engine.ask(docker -> docker.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(labels)
                .exec());
        return found.stream()
                .flatMap(described -> candidate(described).stream())
                .sorted(Candidate.BEST)
                .map(Candidate::container)
                .collect(Collectors.toMap(Container::shed, container -> container, (best, _) -> best))
                .values()
                .stream()
                .sorted(Comparator.comparing(Container::shed))
                .toList();
    }

    private Optional<Candidate> candidate(com.github.dockerjava.api.model.Container described) {
        var labels = described.getLabels();
        return name(described.getId(), labels.getOrDefault(NAME, "")).map(name -> {
            var container = new Container(
                    described.getId(),
                    name,
                    state(described.getState()),
                    Instant.ofEpochSecond(described.getCreated()),
                    described.getImage(),
                    withoutNulls(labels),
                    volume(described.getMounts()),
                    runDirectory(described.getMounts()));
            return new Candidate(container, Arrays.asList(described.getNames()).contains("/shed-" + name));
        });
    }

    private Optional<ShedName> name(String containerId, String label) {
        try {
            return Optional.of(ShedName.parse(label));
        } catch (ShedException _) {
            if (complained.add(containerId)) {
                LOG.atWarn()
                        .addKeyValue("container", containerId)
                        .addKeyValue("label", label)
                        .log("container ignored: its label shed.name is not a shed name");
            }
            return Optional.empty();
        }
    }

    private Optional<String> volume(List<ContainerMount> mounts) {
        return mounts.stream()
                .filter(mount -> workspace.equals(mount.getDestination()))
                .map(ContainerMount::getName)
                .filter(Objects::nonNull)
                .findFirst();
    }

    private static Optional<Path> runDirectory(List<ContainerMount> mounts) {
        return mounts.stream()
                .filter(mount -> Container.RUN_DIRECTORY.equals(mount.getDestination()))
                .map(ContainerMount::getSource)
                .filter(Objects::nonNull)
                .map(Path::of)
                .findFirst();
    }

    private static Container.State state(String state) {
        return switch (state) {
            case "running" -> Container.State.RUNNING;
            case "paused" -> Container.State.PAUSED;
            case "restarting" -> Container.State.RESTARTING;
            case "created", "exited" -> Container.State.STOPPED;
            default -> Container.State.BROKEN;
        };
    }

    private static Map<String, String> withoutNulls(Map<String, String> labels) {
        var all = new HashMap<String, String>();
        labels.forEach((key, value) -> all.put(key, value == null ? "" : value));
        return all;
    }
}
