package dev.shed.gateway.audit;

import dev.shed.gateway.failure.ShedException;
import java.time.Instant;
import java.util.Optional;

/// Where audit events go.
@FunctionalInterface
public interface AuditLog {
    /// Takes one event; never throws and never blocks for long.
    void record(AuditEvent event);

    /// Asked before something new is done.
    ///
    /// @throws ShedException `STATE_UNUSABLE` when it must not be done, because nobody could read of it
    default void requireWritable() {}

    /// Whether it is written.
    ///
    /// @param lost how many lines could not be written since the gateway was started
    /// @param outage empty while lines can be written
    record State(long lost, Optional<Outage> outage) {
        static final State WRITTEN = new State(0, Optional.empty());
    }

    /// A time without lines.
    ///
    /// @param since when the first of them was to be written
    /// @param problem why they cannot be written
    record Outage(Instant since, String problem) {}

    /// How it is now.
    default State state() {
        return State.WRITTEN;
    }
}
