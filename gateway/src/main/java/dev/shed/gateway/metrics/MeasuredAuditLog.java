package dev.shed.gateway.metrics;

import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditLog;

/// Counts the events of an audit log, which has each start and each end. An event is counted before it is recorded, so
/// that whoever sees its line finds it counted.
record MeasuredAuditLog(AuditLog log, GatewayMetrics metrics) implements AuditLog {
    @Override
    public void record(AuditEvent event) {
        metrics.count(event);
        log.record(event);
    }

    @Override
    public void requireWritable() {
        log.requireWritable();
    }

    @Override
    public State state() {
        return log.state();
    }
}
