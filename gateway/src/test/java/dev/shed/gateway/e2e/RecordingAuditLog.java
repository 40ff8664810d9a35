package dev.shed.gateway.e2e;

import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditLog;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/// Keeps the events of one gateway with the time of each.
final class RecordingAuditLog implements AuditLog {
    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    /// @param nanos when it happened, as [System#nanoTime] tells
    record Entry(long nanos, AuditEvent event) {}

    @Override
    public void record(AuditEvent event) {
        entries.add(new Entry(System.nanoTime(), event));
    }

    List<AuditEvent> events() {
        return entries.stream().map(Entry::event).toList();
    }

    /// The first event of a kind that `wanted` accepts, once it is there.
    <E extends AuditEvent> Entry await(Class<E> kind, Predicate<E> wanted) throws Exception {
        Await.get(
                kind.getSimpleName(),
                Await.PATIENCE,
                this::events,
                _ -> !first(kind, wanted).isEmpty());
        return first(kind, wanted).getFirst();
    }

    private <E extends AuditEvent> List<Entry> first(Class<E> kind, Predicate<E> wanted) {
        return entries.stream()
                .filter(entry -> kind.isInstance(entry.event()) && wanted.test(kind.cast(entry.event())))
                .limit(1)
                .toList();
    }
}
