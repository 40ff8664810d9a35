package dev.shed.gateway;

import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditLog;
import dev.shed.gateway.failure.ShedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Keeps audit events, and lets a test wait for them instead of sleeping.
public final class RecordingAuditLog implements AuditLog {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final List<Entry<AuditEvent>> entries = new ArrayList<>();

    private volatile @Nullable ShedException full;

    /// An event, and when it happened.
    ///
    /// @param nanos as [System#nanoTime] tells
    public record Entry<E extends AuditEvent>(long nanos, E event) {}

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
            entries.add(new Entry<>(System.nanoTime(), event));
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public List<AuditEvent> events() {
        return entries(AuditEvent.class, _ -> true).stream().map(Entry::event).toList();
    }

    public <E extends AuditEvent> List<E> events(Class<E> kind) {
        return entries(kind, _ -> true).stream().map(Entry::event).toList();
    }

    private <E extends AuditEvent> List<Entry<E>> entries(Class<E> kind, Predicate<E> wanted) {
        lock.lock();
        try {
            return entries.stream()
                    .filter(entry -> kind.isInstance(entry.event()))
                    .map(entry -> new Entry<>(entry.nanos(), kind.cast(entry.event())))
                    .filter(entry -> wanted.test(entry.event()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the first event of a kind.
    public <E extends AuditEvent> E await(Class<E> kind) throws InterruptedException {
        return await(kind, 1).getFirst();
    }

    /// Waits until there are so many events of a kind.
    public <E extends AuditEvent> List<E> await(Class<E> kind, int count) throws InterruptedException {
        return await(kind, _ -> true, count).stream().map(Entry::event).toList();
    }

    /// Waits for the first event of a kind that `wanted` accepts.
    public <E extends AuditEvent> Entry<E> await(Class<E> kind, Predicate<E> wanted) throws InterruptedException {
        return await(kind, wanted, 1).getFirst();
    }

    private <E extends AuditEvent> List<Entry<E>> await(Class<E> kind, Predicate<E> wanted, int count)
            throws InterruptedException {
        lock.lock();
        try {
            long left = Await.PATIENCE.toNanos();
            while (entries(kind, wanted).size() < count) {
                if (left <= 0) {
                    throw new AssertionError("no " + count + " events " + kind.getSimpleName() + " in " + events());
                }
                left = more.awaitNanos(left);
            }
            return entries(kind, wanted);
        } finally {
            lock.unlock();
        }
    }
}
