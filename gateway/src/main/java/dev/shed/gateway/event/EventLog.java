package dev.shed.gateway.event;

import dev.shed.gateway.name.ShedName;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The last few thousand events. Readers stand somewhere in it and wait for more; one that falls so far behind
/// that the next event is gone has to be told so. Nobody waits for a reader, and none costs memory.
final class EventLog {
    /// A thousand sessions made and ended are two thousand events.
    static final int CAPACITY = 8192;

    /// More events than a gateway sees in a millisecond, so that numbers grow over its restarts.
    private static final int EVENTS_PER_MILLISECOND = 1000;

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();

    // All guarded by `lock`.
    private final @Nullable Event[] events = new Event[CAPACITY];

    private long first;
    private long next;

    EventLog(Clock clock) {
        this.clock = clock;
        this.first = clock.millis() * EVENTS_PER_MILLISECOND;
        this.next = first;
    }

    void append(ShedName shed, Happening what) {
        lock.lock();
        try {
            events[index(next)] = new Event(next, clock.instant(), shed, what);
            next++;
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// A reader of the events after `since`, or of those from now on.
    Reader reader(OptionalLong since, Predicate<Event> wanted) {
        lock.lock();
        try {
            long from = since.isEmpty() ? next : Math.clamp(since.getAsLong() + 1, oldest(), next);
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
            first = next;
        } finally {
            lock.unlock();
        }
    }

    private long oldest() {
        return Math.max(first, next - CAPACITY);
    }

    private static int index(long seq) {
        return (int) (seq % CAPACITY);
    }

    /// Somebody's place in the log; used by one thread.
    final class Reader {
        private final Predicate<Event> wanted;
        private final boolean missed;
        private long at;

        private Reader(long at, boolean missed, Predicate<Event> wanted) {
            this.at = at;
            this.missed = missed;
            this.wanted = wanted;
        }

        /// Whether events between the one asked for and the first one that there is are not known.
        boolean missed() {
            return missed;
        }

        /// The number of the last event that has been read or passed over.
        long position() {
            return at - 1;
        }

        /// The next event that is wanted; waits for one.
        Step next(Duration patience) throws InterruptedException {
            long left = patience.toNanos();
            lock.lockInterruptibly();
            try {
                while (true) {
                    if (at < oldest()) {
                        return new Step.Behind();
                    }
                    var found = scan();
                    if (found.isPresent()) {
                        return new Step.Found(found.get());
                    }
                    if (left <= 0) {
                        return new Step.Nothing();
                    }
                    left = more.awaitNanos(left);
                }
            } finally {
                lock.unlock();
            }
        }

        private Optional<Event> scan() {
            while (at < next) {
                var event = events[index(at++)];
                if (event != null && wanted.test(event)) {
                    return Optional.of(event);
                }
            }
            return Optional.empty();
        }
    }
}
