package dev.shed.gateway.audit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// The totals of a minute ago, so that the difference to those of now can be told. They are noted when something
/// happens, so that nothing runs while nothing does. Not safe for several threads.
final class RecentTotals {
    private static final Duration PERIOD = Duration.ofMinutes(1);

    /// The totals are noted no more often, which is how far the minute may be too short.
    private static final Duration STEP = Duration.ofSeconds(5);

    private final Deque<Note> notes = new ArrayDeque<>();

    private record Note(long nanoTime, Totals totals) {}

    /// To be called before something is counted.
    void note(long nanoTime, Totals totals) {
        while (!notes.isEmpty() && nanoTime - notes.getFirst().nanoTime() > PERIOD.toNanos()) {
            notes.removeFirst();
        }
        if (notes.isEmpty() || nanoTime - notes.getLast().nanoTime() >= STEP.toNanos()) {
            notes.addLast(new Note(nanoTime, totals));
        }
    }

    /// What has happened in the last minute.
    ///
    /// @param totals those of now
    Totals lastMinute(long nanoTime, Totals totals) {
        return notes.stream()
                .filter(note -> nanoTime - note.nanoTime() <= PERIOD.toNanos())
                .findFirst()
                .map(note -> totals.since(note.totals()))
                .orElse(Totals.NONE);
    }
}
