package dev.shed.gateway.doctor;

import dev.shed.gateway.container.EngineProbe;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.text.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The clock: certificates, `expiry-time=` and the events of the engine depend on it.
public record ClockCheck(Clock clock, EngineProbe probe) implements Check {
    private static final Duration LARGE = Duration.ofSeconds(5);
    private static final Duration HUGE = Duration.ofMinutes(1);

    /// A clock that shows an earlier time has never been set.
    private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public String about() {
        return "clock";
    }

    @Override
    public List<Finding> examine() {
        var before = clock.instant();
        var engine = engine();
        var after = clock.instant();
        if (before.isBefore(BUILT)) {
            return List.of(Finding.error(
                    "the clock shows " + Json.time(before) + ", which is too early",
                    probe.cures().clock()));
        }
        if (engine.isEmpty()) {
            return List.of(Finding.ok("it is " + Json.time(before) + "; the engine's clock is not known"));
        }
        var skew = skew(engine.get(), before, after);
        var message = "the engine's clock differs by " + skew.toSeconds() + " s";
        if (skew.compareTo(HUGE) > 0) {
            return List.of(Finding.error(message, probe.cures().clock()));
        }
        return List.of(
                skew.compareTo(LARGE) > 0
                        ? Finding.warning(message, probe.cures().clock())
                        : Finding.ok("it is " + Json.time(before) + ", as on the engine's host"));
    }

    private Optional<Instant> engine() {
        try {
            return probe.engine().clock();
        } catch (ShedException _) {
            return Optional.empty();
        }
    }

    /// The least difference: the engine was asked at some time in between.
    private static Duration skew(Instant engine, Instant before, Instant after) {
        if (engine.isBefore(before)) {
            return Duration.between(engine, before);
        }
        return engine.isAfter(after) ? Duration.between(after, engine) : Duration.ZERO;
    }
}
