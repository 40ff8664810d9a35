package dev.shed.gateway.audit;

import ch.qos.logback.core.status.Status;
import ch.qos.logback.core.status.StatusListener;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// Reports on stderr why the audit log cannot be written, on a full disk for example; logback would keep that to
/// itself. It tries each line again, so the same error is reported once a minute. Named in `logback.xml`.
public final class LogErrors implements StatusListener {
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final Consumer<String> report;
    private final AtomicReference<Instant> quietUntil = new AtomicReference<>(Instant.EPOCH);

    /// Logback makes it by its name.
    public LogErrors() {
        this(System.err::println);
    }

    LogErrors(Consumer<String> report) {
        this.report = report;
    }

    @Override
    public void addStatusEvent(Status status) {
        if (status.getEffectiveLevel() < Status.ERROR) {
            return;
        }
        var now = Instant.ofEpochMilli(status.getTimestamp());
        var until = quietUntil.get();
        if (!now.isBefore(until) && quietUntil.compareAndSet(until, now.plus(QUIET))) {
            var cause = status.getThrowable() == null
                    ? ""
                    : ": " + status.getThrowable().getMessage();
            report.accept(now + " WARN  [-] logging failed - " + status.getMessage() + cause);
        }
    }
}
