package dev.shed.gateway.container;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The volumes of a fake engine, by name. Guarded by the engine.
final class FakeVolumes {
    private final Map<String, Map<String, String>> labels = new TreeMap<>();

    private final Set<String> usedElsewhere = new HashSet<>();

    /// Makes a volume; one of that name that is there stays as it is.
    void add(String name, Map<String, String> with) {
        labels.putIfAbsent(name, with);
    }

    Set<String> names() {
        return Set.copyOf(labels.keySet());
    }

    boolean contains(String name) {
        return labels.containsKey(name);
    }

    Map<String, String> labels(String name) {
        return labels.getOrDefault(name, Map.of());
    }

    /// Has something that is no shed use a volume, which keeps it from being removed.
    void useElsewhere(String name) {
        usedElsewhere.add(name);
    }

    void remove(String name) {
        if (!usedElsewhere.contains(name)) {
            labels.remove(name);
        }
    }

    /// Removes a volume that was made by this creation.
    boolean undo(String name, String creation) {
        return creation.equals(labels(name).get(Container.CREATION)) && labels.remove(name) != null;
    }
}
