package dev.shed.gateway.container;

import dev.shed.gateway.name.ShedName;
import java.util.Map;

/// What a new container is to be.
///
/// @param shed names the container (`shed-NAME`), its volume (`shed-NAME-workspace`) and its host (`NAME`)
/// @param image an image that the engine has
/// @param labels labels beside `shed=true`, `shed.name` and `shed.created`, which the runtime sets
public record ContainerSpec(ShedName shed, String image, Map<String, String> labels) {
    public ContainerSpec {
        labels = Map.copyOf(labels);
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
