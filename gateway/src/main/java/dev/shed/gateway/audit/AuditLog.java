package dev.shed.gateway.audit;

/// Where audit events go.
@FunctionalInterface
public interface AuditLog {
    /// Takes one event; never throws and never blocks for long.
    void record(AuditEvent event);
}
