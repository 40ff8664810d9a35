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

    /// What was read last.
    ///
    /// @param keys fingerprints, joined by commas; empty for a shed without an owner
    /// @param since when it was read for the first time
    private record Known(Optional<String> keys, Instant since) {}

    public Owners(ContainerEngine engine, Clock clock) {
        this.engine = engine;
        this.clock = clock;
    }

    /// Asks the engine; empty where there is no such shed, or it has no owner.
    public Optional<String> ask(ShedName shed) {
        return engine.find(shed).flatMap(container -> {
            learn(container);
            return container.ownerKeys();
        });
    }

    /// What is known without asking; also of a shed that was deleted.
    public Optional<String> known(ShedName shed) {
        return Optional.ofNullable(known.get(shed)).flatMap(Known::keys);
    }

    /// Whether something happened to the shed of that name before it belonged to whom it belongs now.
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

    /// A shed is about to be made.
    void making(ShedName shed, String keys) {
        known.put(shed, new Known(Optional.of(keys), clock.instant()));
    }

    private static boolean isSame(@Nullable Known before, Optional<String> keys) {
        return before != null && before.keys().equals(keys);
    }
}
