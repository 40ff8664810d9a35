package dev.shed.gateway.container;

import dev.shed.gateway.name.ShedName;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The volumes of a fake engine, by name. Guarded by the engine.
final class FakeVolumes {
    private final Map<String, Map<String, String>> labels = new TreeMap<>();

    private final Set<String> usedElsewhere = new HashSet<>();

    /// Makes the volumes of a shed; those of that name that are there stay as they are.
    void add(ContainerSpec spec) {
        labels.putIfAbsent(spec.volumeName(), spec.labels());
        labels.putIfAbsent(spec.homeVolumeName(), spec.labels());
    }

    Set<String> names() {
        return Set.copyOf(labels.keySet());
    }

    Map<String, String> labels(String name) {
        return labels.getOrDefault(name, Map.of());
    }

    /// Has something that is no shed use a volume, which keeps it from being removed.
    void useElsewhere(String name) {
        usedElsewhere.add(name);
    }

    /// Removes the volumes of a container, if asked to, and says which are left.
    ContainerEngine.Kept remove(Container container, boolean removing) {
        return new ContainerEngine.Kept(
                isKept(container.workspaceVolume(), removing), isKept(container.homeVolume(), removing));
    }

    private boolean isKept(Optional<String> volume, boolean removing) {
        if (removing) {
            labels.keySet().removeIf(name -> volume.stream().anyMatch(name::equals) && !usedElsewhere.contains(name));
        }
        return volume.filter(labels::containsKey).isPresent();
    }

    /// Removes the volumes of a shed that were made by this creation.
    boolean undo(ShedName shed, String creation) {
        return labels.entrySet()
                .removeIf(volume -> volume.getKey().startsWith("shed-" + shed + "-")
                        && creation.equals(volume.getValue().get(Container.CREATION)));
    }
}
