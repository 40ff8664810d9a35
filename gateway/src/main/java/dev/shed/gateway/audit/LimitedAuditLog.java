package dev.shed.gateway.audit;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// Keeps clients from filling the disk. The lines of connections that have not logged in, and of refused
/// forwards, are limited to a number a second; the others are counted. All other lines of connections that
/// have logged in are written.
///
/// Of a connection all lines are written or none, so that each start has an end. If a connection beyond the
/// limit logs in after all, its first line is written late.
public final class LimitedAuditLog implements AuditLog, AutoCloseable {
    /// The burst: far more than people cause.
    private static final int BURST = 100;

    private static final int PER_SECOND = 20;

    /// How long lines are counted before the count is written.
    private static final Duration COUNTING = Duration.ofSeconds(10);

    private final AuditLog log;
    private final Executor afterCounting;
    private final RateLimit strangers;
    private final RateLimit refusals;

    /// The first lines that have not been written, by connection.
    private final Map<String, AuditEvent> unwritten = new HashMap<>();

    private final Map<String, Long> suppressed = new TreeMap<>();

    public LimitedAuditLog(AuditLog log, Clock clock) {
        this(log, clock, CompletableFuture.delayedExecutor(COUNTING.toMillis(), TimeUnit.MILLISECONDS));
    }

    /// @param afterCounting runs a task after [#COUNTING]
    LimitedAuditLog(AuditLog log, Clock clock, Executor afterCounting) {
        this.log = log;
        this.afterCounting = afterCounting;
        this.strangers = new RateLimit(BURST, PER_SECOND, clock);
        this.refusals = new RateLimit(BURST, PER_SECOND, clock);
    }

    @Override
    public synchronized void record(AuditEvent event) {
        var connection = event.origin().conn();
        switch (event) {
            case AuditEvent.ConnectionOpened _ -> opened(connection, event);
            case AuditEvent.ConnectionDropped _ -> writeOrCount(event, strangers.take());
            case AuditEvent.AuthAccepted _ -> accepted(connection, event);
            case AuditEvent.AuthRefused _ -> writeOrCount(event, !unwritten.containsKey(connection));
            case AuditEvent.ForwardRefused _ -> writeOrCount(event, refusals.take());
            case AuditEvent.ConnectionClosed _ -> closed(connection, event);
            default -> log.record(event);
        }
    }

    private void opened(String connection, AuditEvent event) {
        if (strangers.take()) {
            log.record(event);
        } else {
            unwritten.put(connection, event);
        }
    }

    private void accepted(String connection, AuditEvent event) {
        var beginning = unwritten.remove(connection);
        if (beginning != null) {
            log.record(beginning);
        }
        log.record(event);
    }

    private void closed(String connection, AuditEvent event) {
        var beginning = unwritten.remove(connection);
        if (beginning != null) {
            count(beginning);
        }
        writeOrCount(event, beginning == null);
    }

    private void writeOrCount(AuditEvent event, boolean written) {
        if (written) {
            log.record(event);
        } else {
            count(event);
        }
    }

    private void count(AuditEvent event) {
        if (suppressed.isEmpty()) {
            afterCounting.execute(this::flush);
        }
        suppressed.merge(event.name(), 1L, Long::sum);
    }

    /// Writes the counts.
    private synchronized void flush() {
        if (!suppressed.isEmpty()) {
            log.record(new AuditEvent.LinesSuppressed(new TreeMap<>(suppressed)));
            suppressed.clear();
        }
    }

    @Override
    public void requireWritable() {
        log.requireWritable();
    }

    @Override
    public State state() {
        return log.state();
    }

    /// Writes the counts; the log stays open.
    @Override
    public void close() {
        flush();
    }
}
