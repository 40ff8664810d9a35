package dev.shed.gateway.audit;

import dev.shed.gateway.failure.ShedException;

/// Where audit events go.
@FunctionalInterface
public interface AuditLog {
    /// Takes one event; never throws and never blocks for long.
    void record(AuditEvent event);

    /// Asked before something new is done.
    ///
    /// @throws ShedException `STATE_UNUSABLE` when it must not be done, because nobody could read of it
    default void requireWritable() {}
}
