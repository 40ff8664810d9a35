package dev.shed.gateway.container.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.EngineHints;
import dev.shed.gateway.container.docker.engine.EngineClient;
import dev.shed.gateway.container.docker.engine.EngineRefusedException;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the engine's containers that are sheds, and decodes them.
final class Containers {
    static final EngineHints HINTS = new DockerHints();

    static final String SHED = "shed";
    static final String NAME = "shed.name";

    private static final Logger LOG = LoggerFactory.getLogger(Containers.class);

    private final EngineClient engine;
    private final String workspace;
    private final InheritedLabels inherited;

    /// Ids of the containers whose invalid labels were logged.
    private final Set<String> complained = ConcurrentHashMap.newKeySet();

    /// A container, and whether it has the name of its shed. That decides between two containers that claim
    /// one shed.
    private record Candidate(Container container, boolean rightfullyNamed) {
        private static final Comparator<Candidate> BEST = Comparator.comparing(Candidate::rightfullyNamed)
                .reversed()
                .thenComparing(candidate -> candidate.container().created())
                .thenComparing(candidate -> candidate.container().id());
    }

    Containers(EngineClient engine, String workspace) {
        this.engine = engine;
        this.workspace = workspace;
        this.inherited = new InheritedLabels(engine);
    }

    InheritedLabels inherited() {
        return inherited;
    }

    List<Container> list() {
        return list(List.of(SHED + "=true"));
    }

    Optional<Container> find(ShedName shed) {
        return list(List.of(SHED + "=true", NAME + "=" + shed)).stream().findFirst();
    }

    /// The containers of a shed that one call of `create` made.
    List<Container> made(ShedName shed, String creation) {
        return list(List.of(NAME + "=" + shed, Container.CREATION + "=" + creation));
    }

    /// Whether an event of a container belongs to the shed that its labels name. True if the container no
    /// longer exists, because then it cannot be determined.
    boolean isShed(String containerId, Map<String, String> labels) {
        try {
            var image = engine.json("/containers/" + containerId + "/json").path("Image");
            return inherited.without(image.asText(""), labels).containsKey(NAME);
        } catch (ShedException _) {
            return true;
        }
    }

    /// The current state of the same container, whatever its name is now.
    Optional<Container> again(Container container) {
        return list().stream().filter(now -> now.id().equals(container.id())).findFirst();
    }

    /// The failure to report when the engine refuses an operation on a container.
    ShedException meaning(Container container, EngineRefusedException refusal) {
        if (!refusal.is(EngineRefusedException.NOT_FOUND)) {
            return refusal;
        }
        var shed = container.shed().value();
        if (again(container).isEmpty()) {
            return new ShedException(Failure.shedNotFound(shed), refusal);
        }
        // The engine lists a container before its creation is complete, and still while it is being removed.
        return refusal.isMissingContainer()
                ? new ShedException(
                        Failure.shedNotReady(shed, "the engine is creating or removing its container"), refusal)
                : refusal;
    }

    /// The same for an operation that requires the container to run.
    ShedException meaningForProcess(Container container, EngineRefusedException refusal) {
        var shed = container.shed().value();
        if (!refusal.is(EngineRefusedException.NOT_FOUND) && !refusal.is(EngineRefusedException.CONFLICT)) {
            return refusal;
        }
        return again(container)
                .map(now -> switch (now.state()) {
                    case STOPPED -> new ShedException(Failure.shedStopped(shed), refusal);
                    case PAUSED -> new ShedException(Failure.paused(shed, HINTS.paused(now)), refusal);
                    case RESTARTING -> new ShedException(Failure.shedNotReady(shed, "it is restarting"), refusal);
                    case STARTING, RUNNING, BROKEN -> meaning(container, refusal);
                })
                .orElseGet(() -> new ShedException(Failure.shedNotFound(shed), refusal));
    }

    /// Ids of the execs in a container whose processes still run.
    List<String> execIds(Container container) {
        try {
            return Inspection.of(engine, container.id()).execIds().toList();
        } catch (EngineRefusedException e) {
            e.throwUnless(EngineRefusedException.NOT_FOUND);
            return List.of();
        }
    }

    private List<Container> list(List<String> labels) {
        var filters = JsonNodeFactory.instance.objectNode();
        labels.forEach(filters.putArray("label")::add);
        var query = "all=true&filters=" + URLEncoder.encode(filters.toString(), UTF_8);
        return stream(engine.json("/containers/json?" + query))
                .flatMap(described -> candidate(described).stream())
                .sorted(Candidate.BEST)
                .map(Candidate::container)
                .collect(Collectors.toMap(Container::shed, container -> container, (best, _) -> best))
                .values()
                .stream()
                .sorted(Comparator.comparing(Container::shed))
                .toList();
    }

    private Optional<Candidate> candidate(JsonNode described) {
        var id = described.path("Id").asText();
        var labels = inherited.without(described.path("ImageID").asText(""), labels(described.path("Labels")));
        return name(id, labels.get(NAME)).map(name -> {
            var container = new Container(
                    id,
                    name,
                    state(described.path("State").asText()),
                    Instant.ofEpochSecond(described.path("Created").asLong()),
                    described.path("Image").asText(),
                    labels,
                    mounted(described, workspace, "Name"),
                    homeVolume(described, name),
                    mounted(described, Container.RUN_DIRECTORY, "Source").map(Path::of));
            var rightful = "/shed-" + name;
            return new Candidate(
                    container,
                    stream(described.path("Names")).map(JsonNode::asText).anyMatch(rightful::equals));
        });
    }

    private Optional<ShedName> name(String containerId, @Nullable String label) {
        if (label == null) {
            complain(containerId, "", "container ignored: it has no label shed.name of its own, or only its image's");
            return Optional.empty();
        }
        try {
            return Optional.of(ShedName.parse(label));
        } catch (ShedException _) {
            complain(containerId, label, "container ignored: its label shed.name is not a shed name");
            return Optional.empty();
        }
    }

    private void complain(String containerId, String label, String what) {
        if (complained.add(containerId)) {
            LOG.atWarn()
                    .addKeyValue("container", containerId)
                    .addKeyValue("label", label)
                    .log(what);
        }
    }

    /// The home volume, wherever it is mounted. A container that was not made by the gateway has none unless it
    /// mounts a volume of that name.
    private static Optional<String> homeVolume(JsonNode described, ShedName shed) {
        var volume = ContainerSpec.homeVolumeName(shed);
        return stream(described.path("Mounts"))
                .map(mount -> mount.path("Name").asText(""))
                .filter(volume::equals)
                .findFirst();
    }

    /// The volume's name or the host path of the mount at `destination`.
    private static Optional<String> mounted(JsonNode described, String destination, String what) {
        return stream(described.path("Mounts"))
                .filter(mount -> mount.path("Destination").asText("").equals(destination))
                .map(mount -> mount.path(what).asText(""))
                .filter(text -> !text.isEmpty())
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

    private static Map<String, String> labels(JsonNode described) {
        var all = new HashMap<String, String>();
        described
                .properties()
                .forEach(label -> all.put(label.getKey(), label.getValue().asText("")));
        return all;
    }

    /// The elements of an array; none if it is null or missing.
    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
