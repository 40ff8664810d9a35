package dev.shed.gateway;

import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditLog;
import dev.shed.gateway.failure.ShedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Keeps audit events, and lets a test wait for them instead of sleeping.
public final class RecordingAuditLog implements AuditLog {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final List<AuditEvent> events = new ArrayList<>();

    private volatile @Nullable ShedException full;

    /// From now on nothing new may be done for this reason; null lifts that.
    public void fill(@Nullable ShedException why) {
        full = why;
    }

    @Override
    public void requireWritable() {
        var why = full;
        if (why != null) {
            throw why;
        }
    }

    @Override
    public State state() {
        var why = full;
        return why == null
                ? new State(0, Optional.empty())
                : new State(
                        3, Optional.of(new Outage(Instant.EPOCH, why.failure().message())));
    }

    @Override
    public void record(AuditEvent event) {
        lock.lock();
        try {
            events.add(event);
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public List<AuditEvent> events() {
        lock.lock();
        try {
            return List.copyOf(events);
        } finally {
            lock.unlock();
        }
    }

    public <E extends AuditEvent> List<E> events(Class<E> kind) {
        return events().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /// Waits for the first event of a kind.
    public <E extends AuditEvent> E await(Class<E> kind) throws InterruptedException {
        return await(kind, 1).getFirst();
    }

    /// Waits until there are so many events of a kind.
    public <E extends AuditEvent> List<E> await(Class<E> kind, int count) throws InterruptedException {
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            while (events(kind).size() < count) {
                if (left <= 0) {
                    throw new AssertionError("no " + count + " events " + kind.getSimpleName() + " in " + events);
                }
                left = more.awaitNanos(left);
            }
            return events(kind);
        } finally {
            lock.unlock();
        }
    }
}
