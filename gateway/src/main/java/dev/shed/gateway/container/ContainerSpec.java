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
/// @param shed names the container (`shed-NAME`), its volume (`shed-NAME-workspace`) and its host (`NAME`)
/// @param image an image that the engine has
/// @param labels labels beside `shed=true`, `shed.name` and `shed.created`, which the runtime sets; with
/// [Container#CREATION] among them, a volume that is made along with the container has that one as well
/// @param environment variables of every process in it, beside those of the image
/// @param binds files and directories of the host that the container sees
/// @param network the name of the network that it is in; else the engine's usual one
/// @param runDirectory a directory of the host that the container sees as [Container#RUN_DIRECTORY], and cannot
/// write to
public record ContainerSpec(
        ShedName shed,
        String image,
        Map<String, String> labels,
        Map<String, String> environment,
        Limits limits,
        List<Bind> binds,
        Optional<String> network,
        Optional<Path> runDirectory) {
    /// What a container may use at most; what is empty has no limit.
    ///
    /// @param nanoCpus processors, in billionths
    /// @param memory bytes, swap included
    /// @param processes processes and threads at once
    /// @param disk bytes of its own files, without volumes
    public record Limits(OptionalLong nanoCpus, OptionalLong memory, OptionalLong processes, OptionalLong disk) {
        public static final Limits NONE = new Limits(OptionalLong.empty(), OptionalLong.empty());

        public Limits(OptionalLong nanoCpus, OptionalLong memory) {
            this(nanoCpus, memory, OptionalLong.empty(), OptionalLong.empty());
        }

        /// These, and where there is none the other's.
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

    /// Something of the host that a container sees.
    ///
    /// @param source a path of the host
    /// @param target where it is seen in the container
    public record Bind(Path source, String target, boolean readOnly) {}

    /// The labels that a volume which is made along with the container has as well: a workspace that is kept knows what
    /// is in it.
    public static final Set<String> WORKSPACE_LABELS = Set.of("shed.repo", "shed.directory");

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

    /// The name of a shed's workspace.
    public static String volumeName(ShedName shed) {
        return "shed-" + shed + "-workspace";
    }
}
