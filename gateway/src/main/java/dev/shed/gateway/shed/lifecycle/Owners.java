package dev.shed.gateway.shed.lifecycle;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.name.ShedName;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The keys that own a shed: the container's label, which the gateway sets when it creates the shed.
public final class Owners {
    private final ContainerEngine engine;
    private final Clock clock;
    private final Map<ShedName, Known> known = new ConcurrentHashMap<>();

    /// The owner that the engine reported last.
    ///
    /// @param keys fingerprints, joined by commas; empty for a shed without an owner
    /// @param since when this owner was first seen
    private record Known(Optional<String> keys, Instant since) {}

    public Owners(ContainerEngine engine, Clock clock) {
        this.engine = engine;
        this.clock = clock;
    }

    /// Reads the owner from the engine; empty if the shed does not exist or has no owner.
    public Optional<String> ask(ShedName shed) {
        return engine.find(shed).flatMap(container -> {
            learn(container);
            return container.ownerKeys();
        });
    }

    /// The owner that is known without asking the engine; also for a shed that was deleted.
    public Optional<String> known(ShedName shed) {
        return Optional.ofNullable(known.get(shed)).flatMap(Known::keys);
    }

    /// Whether `time` is before the shed's present owner was first seen, so that an event of then belongs to
    /// a former shed of that name. True if no owner is known.
    public boolean isOfFormer(ShedName shed, Instant time) {
        var now = known.get(shed);
        return now == null || time.isBefore(now.since());
    }

    void learn(Container container) {
        var keys = container.ownerKeys();
        known.compute(
                container.shed(),
                (_, before) -> isSame(before, keys)
                        ? before
                        : new Known(keys, before == null ? Instant.MIN : clock.instant()));
    }

    /// A shed with this owner is about to be created.
    void making(ShedName shed, String keys) {
        known.put(shed, new Known(Optional.of(keys), clock.instant()));
    }

    private static boolean isSame(@Nullable Known before, Optional<String> keys) {
        return before != null && before.keys().equals(keys);
    }
}
