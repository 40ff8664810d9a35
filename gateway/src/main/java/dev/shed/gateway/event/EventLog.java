package dev.shed.gateway.event;

import dev.shed.gateway.event.EventDetails.Kind;
import dev.shed.gateway.name.ShedName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/// The newest events of each shed. A busy shed displaces only its own events. A reader keeps a position,
/// waits for more, and is told if events after it were dropped. No writer waits for a reader, and a reader
/// costs no memory.
final class EventLog {
    /// The most events of one shed. A thousand sessions that are created and closed make two thousand.
    static final int CAPACITY = 8192;

    /// The most sheds. Beyond it, the events of the shed in which nothing has happened for the longest time
    /// are dropped.
    static final int MAX_SHEDS = 1024;

    /// The most events of all sheds. Beyond it, the shed with the most events loses its oldest one.
    static final int MAX_EVENTS = 16 * CAPACITY;

    /// How many times the clock is read while waiting for the next microsecond. After that the wait ends, in
    /// case the clock does not advance.
    private static final int LOOKS = 100;

    private static final float LOAD = 0.75f;

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();

    // All guarded by `lock`.
    private final TreeMap<Long, Event> events = new TreeMap<>();

    /// In the order in which something last happened in them.
    private final Map<ShedName, Ring> rings = new LinkedHashMap<>(16, LOAD, true);

    private long first;

    /// No event has this number or a greater one.
    private long next;

    /// The events of one shed.
    private static final class Ring {
        private final Deque<Long> numbers = new ArrayDeque<>();

        /// The number after the newest dropped event.
        private long oldest = Long.MIN_VALUE;
    }

    EventLog(Clock clock) {
        this.clock = clock;
        this.first = microseconds();
        this.next = first;
    }

    void append(ShedName shed, EventDetails what) {
        lock.lock();
        try {
            var ring = rings.computeIfAbsent(shed, _ -> new Ring());
            long number = number();
            events.put(number, new Event(number, clock.instant(), shed, what));
            ring.numbers.add(number);
            next = number + 1;
            bound(ring);
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The number of an event that happens now. It is the time in microseconds, so numbers grow across
    /// restarts. A count would show a reader how many events there were that it may not see. So no number is
    /// ahead of the clock.
    private long number() {
        long now = microseconds();
        for (int i = 0; i < LOOKS && now < next; i++) {
            now = microseconds();
        }
        return Math.max(now, next);
    }

    private long microseconds() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    }

    private void bound(Ring grown) {
        if (grown.numbers.size() > CAPACITY) {
            forgetOldest(grown);
        }
        if (rings.size() > MAX_SHEDS) {
            forgetQuietest();
        }
        if (events.size() > MAX_EVENTS) {
            forgetOldest(Collections.max(rings.values(), Comparator.comparingInt(ring -> ring.numbers.size())));
        }
    }

    private void forgetOldest(Ring ring) {
        long number = ring.numbers.remove();
        events.remove(number);
        ring.oldest = number + 1;
    }

    /// Drops the shed whose newest event is the oldest. The log of all sheds then begins after that event.
    private void forgetQuietest() {
        var all = rings.values().iterator();
        var quietest = all.next();
        all.remove();
        first = Math.max(first, quietest.numbers.getLast() + 1);
        events.headMap(first).clear();
        rings.values().forEach(ring -> {
            while (ring.numbers.element() < first) {
                ring.numbers.remove();
            }
        });
    }

    /// The number of events.
    int size() {
        lock.lock();
        try {
            return events.size();
        } finally {
            lock.unlock();
        }
    }

    /// A reader of the events after `since`, or of those from now on, without those of [Kind#SESSION_ASKED].
    Reader reader(OptionalLong since, Predicate<ShedName> wanted) {
        return reader(since, wanted, kind -> kind != Kind.SESSION_ASKED);
    }

    /// A reader of some kinds of events.
    Reader reader(OptionalLong since, Predicate<ShedName> wanted, Predicate<Kind> kinds) {
        lock.lock();
        try {
            next = number();
            long from = since.isEmpty() ? next : Math.clamp(since.getAsLong() + 1, oldest(wanted), next);
            boolean missed = since.isPresent() && since.getAsLong() + 1 != from;
            return new Reader(from, missed, wanted, kinds);
        } finally {
            lock.unlock();
        }
    }

    /// Drops all events. A reader that asks for earlier ones is told that it missed some.
    void forget() {
        lock.lock();
        try {
            next = number();
            first = next;
            events.clear();
            rings.clear();
        } finally {
            lock.unlock();
        }
    }

    /// The number from which on no event of these sheds is missing.
    private long oldest(Predicate<ShedName> wanted) {
        return rings.entrySet().stream()
                .filter(ring -> ring.getValue().oldest > first && wanted.test(ring.getKey()))
                .mapToLong(ring -> ring.getValue().oldest)
                .max()
                .orElse(first);
    }

    /// A position in the log. Used by one thread.
    final class Reader {
        private final Predicate<ShedName> wanted;
        private final Predicate<Kind> kinds;
        private final boolean missed;
        private long at;
        private long position;

        private Reader(long at, boolean missed, Predicate<ShedName> wanted, Predicate<Kind> kinds) {
            this.at = at;
            this.position = at - 1;
            this.missed = missed;
            this.wanted = wanted;
            this.kinds = kinds;
        }

        /// Whether events are missing between the one that was asked for and the first one in the log.
        boolean missed() {
            return missed;
        }

        /// The number of the last event that was read, or the time at which the reader began.
        long position() {
            return position;
        }

        /// Waits for the next event of these sheds.
        ReadResult next(Duration patience) throws InterruptedException {
            long left = patience.toNanos();
            lock.lockInterruptibly();
            try {
                while (true) {
                    if (at < oldest(wanted)) {
                        return new ReadResult.Behind();
                    }
                    var found = scan();
                    if (found.isPresent()) {
                        return new ReadResult.Found(found.get());
                    }
                    if (left <= 0) {
                        return new ReadResult.Nothing();
                    }
                    left = more.awaitNanos(left);
                }
            } finally {
                lock.unlock();
            }
        }

        private Optional<Event> scan() {
            for (var event : events.tailMap(at).values()) {
                at = event.seq() + 1;
                if (wanted.test(event.shed()) && kinds.test(event.what().kind())) {
                    position = event.seq();
                    return Optional.of(event);
                }
            }
            at = next;
            return Optional.empty();
        }
    }
}
