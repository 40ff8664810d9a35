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

/// What the engine said last of each shed's container. Asking it again costs more than starting a process does, so
/// what it said is used again, but only where somebody inside the container proves at that moment that it still
/// runs: a container that stopped, is paused or was replaced is never taken for one that runs.
final class ContainerCache {
    /// What such a proof cannot tell is whether another container claims the shed's name by now.
    private static final long FRESH = Duration.ofMinutes(1).toNanos();

    private final Predicate<String> runs;
    private final LongSupplier nanos;
    private final Map<ShedName, Sighting> containerCache = new ConcurrentHashMap<>();

    /// @param at by [System#nanoTime]
    private record Sighting(Container container, long at) {}

    /// @param runs whether the container of that id proves now that it runs
    /// @param nanos [System#nanoTime], or a test's
    ContainerCache(Predicate<String> runs, LongSupplier nanos) {
        this.runs = runs;
        this.nanos = nanos;
    }

    /// The shed's container. An engine that does not answer, or not the question, keeps nobody out of a shed that does.
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
