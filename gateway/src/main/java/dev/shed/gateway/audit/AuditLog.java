package dev.shed.gateway.audit;

import dev.shed.gateway.failure.ShedException;
import java.time.Instant;
import java.util.Optional;

/// Receives audit events.
@FunctionalInterface
public interface AuditLog {
    /// Records one event. Never throws, and never blocks for long.
    void record(AuditEvent event);

    /// Called before something new is done.
    ///
    /// @throws ShedException `STATE_UNUSABLE` if it must not be done because it could not be recorded
    default void requireWritable() {}

    /// Whether the log can be written.
    ///
    /// @param lost how many lines could not be written since the gateway was started
    /// @param outage empty while lines can be written
    record State(long lost, Optional<Outage> outage) {
        static final State WRITTEN = new State(0, Optional.empty());
    }

    /// A time in which no lines could be written.
    ///
    /// @param since when the first of them was to be written
    /// @param problem why they cannot be written
    record Outage(Instant since, String problem) {}

    /// The present state.
    default State state() {
        return State.WRITTEN;
    }
}
