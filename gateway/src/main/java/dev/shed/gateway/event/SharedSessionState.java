package dev.shed.gateway.event;

import dev.shed.gateway.agent.AgentPane;
import dev.shed.gateway.tmux.Notice;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The state of a container's sessions, with a lock. Threads wait for changes, and one listener gets each
/// change.
final class SharedSessionState {
    /// The shortest rest of a watch, which it takes while a thread waits for a session.
    private static final Duration HURRY = Duration.ofMillis(100);

    /// How long the search for silent sessions rests. It looks at each session, and a container can change
    /// something all the time.
    private static final Duration BETWEEN_PASSES = Duration.ofMillis(500);

    private final Clock clock;
    private final Consumer<EventDetails> tell;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by `lock`.
    private final SessionState book = new SessionState();
    private boolean closed;

    private boolean unwatchable;

    /// How many threads wait for a session that is not known yet.
    private int seekers;

    /// @param tell gets the changes in order, and must not block
    SharedSessionState(Clock clock, Consumer<EventDetails> tell) {
        this.clock = clock;
        this.tell = tell;
    }

    /// Takes a notice of the watch.
    void take(Notice notice) {
        lock.lock();
        try {
            if (!closed) {
                book.take(notice, now()).forEach(tell);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes a listing of all panes.
    void take(List<AgentPane> panes) {
        lock.lock();
        try {
            if (!closed) {
                book.take(panes, now()).forEach(tell);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// There are no sessions any more. Sessions that are found later are reported as created.
    void end() {
        lock.lock();
        try {
            if (!closed) {
                book.end().forEach(tell);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Stops reporting changes, and wakes the waiting threads.
    ///
    /// @return whether it was not closed yet
    boolean close() {
        lock.lock();
        try {
            boolean first = !closed;
            closed = true;
            changed.signalAll();
            return first;
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /// The session of that name, as soon as it is known; empty if it does not become known within
    /// `patience`. A watch that rests is woken, because the caller knows of a session that is to be
    /// watched.
    Optional<SessionView> find(String name, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            var found = book.find(name);
            seekers++;
            changed.signalAll();
            while (found.isEmpty() && !closed && !unwatchable && left > 0) {
                left = changed.awaitNanos(left);
                found = book.find(name);
            }
            return found;
        } finally {
            seekers--;
            lock.unlock();
        }
    }

    /// Whether the container's tmux is too old to be watched.
    boolean isUnwatchable() {
        lock.lock();
        try {
            return unwatchable;
        } finally {
            lock.unlock();
        }
    }

    void setUnwatchable(boolean now) {
        lock.lock();
        try {
            unwatchable = now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the state of a session differs from `known`, and returns it. After `patience` it returns
    /// the state as it is.
    SessionView await(SessionView known, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (true) {
                var view = closed ? SessionView.closed(known.id()) : book.view(known.id());
                if (left <= 0 || !view.equals(known)) {
                    return view;
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits for this time, or until it is closed. While a thread waits for a session, it waits only for a
    /// moment.
    void rest(Duration time) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long begun = System.nanoTime();
            while (!closed) {
                long limit = seekers > 0 ? Math.min(time.toNanos(), HURRY.toNanos()) : time.toNanos();
                if (changed.awaitNanos(limit - (System.nanoTime() - begun)) <= 0
                        && System.nanoTime() - begun >= limit) {
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Reports sessions that become idle, for which there is no notice, until it is closed.
    void listenForSilence() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                var deadline = book.deadline(now());
                if (deadline.isEmpty()) {
                    changed.await();
                } else {
                    changed.awaitNanos(Duration.between(now(), deadline.get()).toNanos());
                }
                if (!closed) {
                    book.pass(now()).forEach(tell);
                    rest(BETWEEN_PASSES);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private Instant now() {
        return clock.instant();
    }
}
