package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/// The engine's last description of each shed's container. A request to the engine takes longer than starting
/// a process, so the description is reused, but only while the porter in the container answers. So a
/// container that stopped, is paused or was replaced never counts as running.
final class ContainerCache {
    /// The porter's answer does not show whether another container claims the shed's name now, so
    /// descriptions expire.
    private static final long FRESH = Duration.ofMinutes(1).toNanos();

    private final Predicate<String> runs;
    private final LongSupplier nanos;
    private final Map<ShedName, Sighting> containerCache = new ConcurrentHashMap<>();

    /// @param at a time of [System#nanoTime]
    private record Sighting(Container container, long at) {}

    /// @param runs whether the porter in the container with this id answers now
    /// @param nanos [System#nanoTime], or a test's clock
    ContainerCache(Predicate<String> runs, LongSupplier nanos) {
        this.runs = runs;
        this.nanos = nanos;
    }

    /// The shed's container. If the engine is down or refuses the request, a shed whose porter answers stays
    /// usable.
    Optional<Container> find(ShedName shed, Function<ShedName, Optional<Container>> engine) {
        var known = containerCache.get(shed);
        if (known == null || !runs.test(known.container().id())) {
            return look(shed, engine);
        }
        if (nanos.getAsLong() - known.at() < FRESH) {
            return Optional.of(known.container());
        }
        try {
            return look(shed, engine);
        } catch (ShedException e) {
            return switch (e.failure().kind()) {
                case ENGINE_UNAVAILABLE, ENGINE_REFUSED -> Optional.of(known.container());
                default -> throw e;
            };
        }
    }

    void forget(String containerId) {
        containerCache.values().removeIf(sighting -> sighting.container().id().equals(containerId));
    }

    private Optional<Container> look(ShedName shed, Function<ShedName, Optional<Container>> engine) {
        var found = engine.apply(shed);
        found.filter(Container::running)
                .ifPresentOrElse(
                        container -> containerCache.put(shed, new Sighting(container, nanos.getAsLong())),
                        () -> containerCache.remove(shed));
        return found;
    }
}
