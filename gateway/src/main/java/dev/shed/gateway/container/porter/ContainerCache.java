package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// The engine's last description of each shed's container. A request to the engine takes longer than starting
/// a process, so the description is reused, but only while the porter in the container answers. So a
/// container that stopped, is paused or was replaced never counts as running.
final class ContainerCache {
    /// The porter's answer does not show whether another container claims the shed's name now, so
    /// descriptions expire.
    private static final long FRESH = Duration.ofMinutes(1).toNanos();

    /// How long a porter's answer holds. A client on the same machine sends its request within a millisecond after
    /// it has opened a channel; nobody can pause a container and log in to it within this time.
    private static final long PROOF = Duration.ofMillis(20).toNanos();

    /// The time limit for a porter's answer. It usually takes a fraction of a millisecond. The porter of a paused
    /// container does not answer.
    static final Duration PROMPT = Duration.ofMillis(100);

    /// The same when nobody else can be asked: on a busy host an answer may take longer.
    static final Duration PATIENT = Duration.ofSeconds(3);

    private final BiPredicate<String, Duration> runs;
    private final LongSupplier nanos;
    private final Map<ShedName, Sighting> containerCache = new ConcurrentHashMap<>();

    /// @param at a time of [System#nanoTime]
    /// @param answered when the container's porter has last answered
    private record Sighting(Container container, long at, AtomicLong answered) {}

    /// @param runs whether the porter in the container with this id answers now, within this time
    /// @param nanos [System#nanoTime], or a test's clock
    ContainerCache(BiPredicate<String, Duration> runs, LongSupplier nanos) {
        this.runs = runs;
        this.nanos = nanos;
    }

    /// The shed's container. If the engine is down or refuses the request, a shed whose porter answers stays
    /// usable.
    Optional<Container> find(ShedName shed, Function<ShedName, Optional<Container>> engine) {
        var known = containerCache.get(shed);
        if (known == null) {
            return look(shed, engine);
        }
        boolean proven = hasAnswered(known) || answers(known, PROMPT);
        if (proven && nanos.getAsLong() - known.at() < FRESH) {
            return Optional.of(known.container());
        }
        try {
            return look(shed, engine);
        } catch (ShedException e) {
            if (isOfTheEngine(e) && (proven || answers(known, PATIENT))) {
                return Optional.of(known.container());
            }
            throw e;
        }
    }

    private static boolean isOfTheEngine(ShedException e) {
        return switch (e.failure().kind()) {
            case ENGINE_UNAVAILABLE, ENGINE_REFUSED -> true;
            default -> false;
        };
    }

    private boolean answers(Sighting known, Duration limit) {
        return runs.test(known.container().id(), limit);
    }

    private boolean hasAnswered(Sighting known) {
        return nanos.getAsLong() - known.answered().get() < PROOF;
    }

    /// Asks the porter in advance, on another thread. A call of [#find] until then waits for the same answer.
    void expect(ShedName shed) {
        var known = containerCache.get(shed);
        if (known != null) {
            Thread.ofVirtual().name("porter-expected").start(() -> ask(known));
        }
    }

    private void ask(Sighting known) {
        if (answers(known, PROMPT)) {
            known.answered().set(nanos.getAsLong());
        }
    }

    void forget(String containerId) {
        containerCache.values().removeIf(sighting -> sighting.container().id().equals(containerId));
    }

    private Optional<Container> look(ShedName shed, Function<ShedName, Optional<Container>> engine) {
        var found = engine.apply(shed);
        found.filter(Container::running)
                .ifPresentOrElse(
                        container -> containerCache.put(shed, sighting(container)), () -> containerCache.remove(shed));
        return found;
    }

    private Sighting sighting(Container container) {
        long now = nanos.getAsLong();
        return new Sighting(container, now, new AtomicLong(now - PROOF));
    }
}
