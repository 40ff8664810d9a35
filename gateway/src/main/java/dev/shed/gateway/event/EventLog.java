package dev.shed.gateway.event;

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
    /// Of one shed. A thousand sessions made and ended are two thousand events.
    static final int CAPACITY = 8192;

    /// More than anybody has; beyond it, what is known of the shed in which nothing has happened for the longest time
    /// goes.
    static final int MAX_SHEDS = 1024;

    /// Of all sheds; beyond it the one with the most loses its oldest.
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

    /// The number of what happens now: the time, so that numbers grow over restarts, and tell a reader nothing
    /// of events that it may not see. Were they counted, each gap would tell how many there were. So no number
    /// is ahead of its time.
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

    /// What is told of all sheds begins after its newest event, which is older than those of all others.
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

    /// How many events are known.
    int size() {
        lock.lock();
        try {
            return events.size();
        } finally {
            lock.unlock();
        }
    }

    /// A reader of the events after `since`, or of those from now on.
    Reader reader(OptionalLong since, Predicate<ShedName> wanted) {
        lock.lock();
        try {
            next = number();
            long from = since.isEmpty() ? next : Math.clamp(since.getAsLong() + 1, oldest(wanted), next);
            boolean missed = since.isPresent() && since.getAsLong() + 1 != from;
            return new Reader(from, missed, wanted);
        } finally {
            lock.unlock();
        }
    }

    /// Nobody knows what happened until now; who asks for what was before is told so.
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

    /// The number from which on everything is known of these sheds.
    private long oldest(Predicate<ShedName> wanted) {
        return rings.entrySet().stream()
                .filter(ring -> ring.getValue().oldest > first && wanted.test(ring.getKey()))
                .mapToLong(ring -> ring.getValue().oldest)
                .max()
                .orElse(first);
    }

    /// Somebody's place in the log; used by one thread.
    final class Reader {
        private final Predicate<ShedName> wanted;
        private final boolean missed;
        private long at;
        private long position;

        private Reader(long at, boolean missed, Predicate<ShedName> wanted) {
            this.at = at;
            this.position = at - 1;
            this.missed = missed;
            this.wanted = wanted;
        }

        /// Whether events between the one asked for and the first one that there is are not known.
        boolean missed() {
            return missed;
        }

        /// The number of the last event that was read, or of the moment in which the reader began.
        long position() {
            return position;
        }

        /// The next event that is wanted; waits for one.
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
                if (wanted.test(event.shed())) {
                    position = event.seq();
                    return Optional.of(event);
                }
            }
            at = next;
            return Optional.empty();
        }
    }
}
