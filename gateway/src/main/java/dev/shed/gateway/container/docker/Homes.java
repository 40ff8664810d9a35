package dev.shed.gateway.container.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.HostConfig;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.docker.engine.EngineClient;
import dev.shed.gateway.container.docker.engine.EngineRefusedException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds the home directory that the user of a new shed will have, which is where its home volume is mounted
/// (ADR-0042). It is in `/etc/passwd` of the image, which the engine reads only from a container. So for each new
/// image a container is created, read and removed, and never started.
final class Homes {
    /// The label with the user of an image. It is also a label of the containers made from it.
    private static final String USER = "shed.user";

    private static final String PASSWD = "/etc/passwd";
    private static final int MAX_PASSWD = 1024 * 1024;

    /// Directories of the system, by the first name in their paths. Some users of a system have their homes there.
    /// A volume would keep the programs of an old image.
    private static final Set<Path> SYSTEM = Stream.of(
                    "bin",
                    "boot",
                    "dev",
                    "etc",
                    "lib",
                    "lib32",
                    "lib64",
                    "libx32",
                    "proc",
                    "run",
                    "sbin",
                    "sys",
                    "tmp",
                    "usr",
                    "nonexistent",
                    ".shed")
            .map(Path::of)
            .collect(Collectors.toUnmodifiableSet());

    /// The path of a home. Anything else in a passwd file is no reason to refuse the image.
    private static final Pattern PLAIN = Pattern.compile("/[A-Za-z0-9._@+/-]{1,1000}");

    /// Images never change. This many are enough for any host; beyond it the cache is cleared.
    private static final int MAX_IMAGES = 1000;

    private final EngineClient engine;
    private final String configured;
    private final String workspace;

    /// The home of the user, by the image's id; empty if `/etc/passwd` does not have the user.
    private final Map<String, Optional<String>> known = new ConcurrentHashMap<>();

    /// @param configured `shed.user` of the configuration
    /// @param workspace where the workspace is mounted
    Homes(EngineClient engine, String configured, String workspace) {
        this.engine = engine;
        this.configured = configured;
        this.workspace = workspace;
    }

    /// The home directory of a new shed's user. Empty if it can have no volume of its own: it is a directory of
    /// the system, it is in the workspace, or `create.mounts` has a mount there or above it.
    Optional<String> of(ContainerSpec spec, InspectImageResponse image) {
        return listed(spec, image)
                .or(() -> variable(spec, image))
                .filter(home -> PLAIN.matcher(home).matches())
                .map(home -> Path.of(home).normalize())
                .filter(home -> isFree(home, spec))
                .map(Path::toString);
    }

    private boolean isFree(Path home, ContainerSpec spec) {
        boolean system = home.getNameCount() == 0 || SYSTEM.contains(home.getName(0));
        return !system
                && Stream.concat(Stream.of(workspace), spec.binds().stream().map(ContainerSpec.Bind::target))
                        .noneMatch(target -> home.startsWith(Path.of(target).normalize()));
    }

    /// A user without an entry in `/etc/passwd` has the variable `HOME` of its container.
    private static Optional<String> variable(ContainerSpec spec, InspectImageResponse image) {
        return Optional.ofNullable(spec.environment().get("HOME"))
                .or(() -> config(image, ContainerConfig::getEnv).stream()
                        .flatMap(Stream::of)
                        .filter(variable -> variable.startsWith("HOME="))
                        .map(variable -> variable.substring("HOME=".length()))
                        .findFirst());
    }

    private Optional<String> listed(ContainerSpec spec, InspectImageResponse image) {
        var id = String.valueOf(image.getId());
        var home = known.get(id);
        if (home == null) {
            home = find(image, entries(passwd(spec, id)));
            if (known.size() >= MAX_IMAGES) {
                known.clear();
            }
            known.put(id, home);
        }
        return home;
    }

    /// The user as `UserResolver` chooses it.
    private Optional<String> find(InspectImageResponse image, List<String[]> entries) {
        var label = config(image, ContainerConfig::getLabels).map(labels -> labels.get(USER));
        if (label.isPresent()) {
            return home(entries, label.get());
        }
        return named(entries, 0, configured)
                .or(() -> home(entries, config(image, ContainerConfig::getUser).orElse("")));
    }

    /// @param user a name or a uid, perhaps with a group behind a colon; empty for root
    private static Optional<String> home(List<String[]> entries, String user) {
        var name = user.replaceFirst(":.*", "");
        return name.isEmpty() ? named(entries, 2, "0") : named(entries, 0, name).or(() -> named(entries, 2, name));
    }

    private static Optional<String> named(List<String[]> entries, int field, String value) {
        return entries.stream()
                .filter(entry -> entry[field].equals(value))
                .map(entry -> entry[5].isEmpty() ? "/" : entry[5])
                .findFirst();
    }

    private static List<String[]> entries(String passwd) {
        return passwd.lines()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length == 7)
                .toList();
    }

    private static <T> Optional<T> config(InspectImageResponse image, Function<ContainerConfig, @Nullable T> part) {
        return Optional.ofNullable(image.getConfig()).flatMap(config -> Optional.ofNullable(part.apply(config)));
    }

    /// The file as it is in the image; empty if it is missing, or is no plain file.
    private String passwd(ContainerSpec spec, String imageId) {
        var container = engine.work(docker -> docker.createContainerCmd(imageId)
                .withEntrypoint(Lifecycle.IDLE)
                .withLabels(labels(spec))
                .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"))
                .exec()
                .getId());
        try {
            return engine.ask(docker -> {
                try (var archive =
                        docker.copyArchiveFromContainerCmd(container, PASSWD).exec()) {
                    return new String(TarFile.first(archive, MAX_PASSWD), UTF_8);
                }
            });
        } catch (EngineRefusedException e) {
            e.throwUnless(EngineRefusedException.NOT_FOUND);
            return "";
        } finally {
            engine.work(docker -> docker.removeContainerCmd(container)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec());
        }
    }

    /// By its labels it is removed with the rest of the creation if the gateway ends here, and is no shed.
    private static Map<String, String> labels(ContainerSpec spec) {
        var labels = new HashMap<>(
                Map.of(Containers.SHED, "false", Containers.NAME, spec.shed().value()));
        var creation = spec.labels().get(Container.CREATION);
        if (creation != null) {
            labels.put(Container.CREATION, creation);
        }
        return labels;
    }
}
