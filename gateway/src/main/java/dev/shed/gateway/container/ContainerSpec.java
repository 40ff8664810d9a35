package dev.shed.gateway.container;

import dev.shed.gateway.name.ShedName;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// What a new container is to be.
///
/// @param shed names the container (`shed-NAME`), its volume (`shed-NAME-workspace`) and its host (`NAME`)
/// @param image an image that the engine has
/// @param labels labels beside `shed=true`, `shed.name` and `shed.created`, which the runtime sets
/// @param runDirectory a directory of the host that the container sees as [Container#RUN_DIRECTORY], and cannot
/// write to
public record ContainerSpec(ShedName shed, String image, Map<String, String> labels, Optional<Path> runDirectory) {
    public ContainerSpec {
        labels = Map.copyOf(labels);
    }

    public ContainerSpec(ShedName shed, String image, Map<String, String> labels) {
        this(shed, image, labels, Optional.empty());
    }

    public ContainerSpec withRunDirectory(Path directory) {
        return new ContainerSpec(shed, image, labels, Optional.of(directory));
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
