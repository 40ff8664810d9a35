package dev.shed.gateway.container;

import dev.shed.gateway.name.ShedName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// The parameters of a new container.
///
/// @param shed names the container (`shed-NAME`), its volumes (`shed-NAME-workspace`, `shed-NAME-home`) and its host
/// (`NAME`)
/// @param image an image that the engine has
/// @param labels labels in addition to `shed=true`, `shed.name` and `shed.created`, which the engine adds. New
/// volumes also get the labels [Container#CREATION] and [Container#OWNER_KEYS], if present
/// @param environment variables of every process in it, in addition to those of the image
/// @param binds files and directories of the host to mount
/// @param network the name of the network to connect to; if empty, the engine's default
/// @param runDirectory a directory of the host to mount read-only at [Container#RUN_DIRECTORY]
public record ContainerSpec(
        ShedName shed,
        String image,
        Map<String, String> labels,
        Map<String, String> environment,
        Limits limits,
        List<Bind> binds,
        Optional<String> network,
        Optional<Path> runDirectory) {
    /// The resource limits of a container. An empty value means no limit.
    ///
    /// @param nanoCpus processors, in billionths
    /// @param memory bytes, including swap
    /// @param processes processes and threads at once
    /// @param disk bytes of its own files, without volumes
    public record Limits(OptionalLong nanoCpus, OptionalLong memory, OptionalLong processes, OptionalLong disk) {
        public static final Limits NONE = new Limits(OptionalLong.empty(), OptionalLong.empty());

        public Limits(OptionalLong nanoCpus, OptionalLong memory) {
            this(nanoCpus, memory, OptionalLong.empty(), OptionalLong.empty());
        }

        /// These limits; where one is empty, that of `other`.
        public Limits or(Limits other) {
            return new Limits(
                    or(nanoCpus, other.nanoCpus),
                    or(memory, other.memory),
                    or(processes, other.processes),
                    or(disk, other.disk));
        }

        private static OptionalLong or(OptionalLong one, OptionalLong other) {
            return one.isPresent() ? one : other;
        }
    }

    /// A file or directory of the host that is mounted in a container.
    ///
    /// @param source a path on the host
    /// @param target the path in the container
    public record Bind(Path source, String target, boolean readOnly) {}

    /// The labels that are also put on a new volume, so that a workspace that outlives its container still
    /// names its repository.
    public static final Set<String> WORKSPACE_LABELS = Set.of("shed.repo", "shed.directory");

    /// The label of a home volume with the directory where it is mounted.
    public static final String HOME = "shed.home";

    public ContainerSpec {
        labels = Map.copyOf(labels);
        environment = Map.copyOf(environment);
        binds = List.copyOf(binds);
    }

    public ContainerSpec(ShedName shed, String image, Map<String, String> labels) {
        this(shed, image, labels, Map.of(), Limits.NONE, List.of(), Optional.empty(), Optional.empty());
    }

    public ContainerSpec withRunDirectory(Path directory) {
        return new ContainerSpec(shed, image, labels, environment, limits, binds, network, Optional.of(directory));
    }

    public String containerName() {
        return "shed-" + shed;
    }

    public String volumeName() {
        return volumeName(shed);
    }

    public String homeVolumeName() {
        return homeVolumeName(shed);
    }

    /// The name of the volume with the home directory of a shed's user.
    public static String homeVolumeName(ShedName shed) {
        return "shed-" + shed + "-home";
    }

    /// The name of a shed's workspace volume.
    public static String volumeName(ShedName shed) {
        return "shed-" + shed + "-workspace";
    }
}
