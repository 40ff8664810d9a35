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

/// What is known of a container's sessions, for those who wait for it to change and for one who is told each change.
final class SharedSessionState {
    /// How long a watch rests at least, however eagerly somebody waits.
    private static final Duration HURRY = Duration.ofMillis(100);

    /// How long the search for silent sessions rests. It looks at each session, and a container can change something
    /// all
    /// the time.
    private static final Duration BETWEEN_PASSES = Duration.ofMillis(500);

    private final Clock clock;
    private final Consumer<EventDetails> tell;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by `lock`.
    private final SessionState book = new SessionState();
    private boolean closed;

    private boolean unwatchable;

    /// How many wait for a session that is not known yet.
    private int seekers;

    /// @param tell is told in order, and must not block
    SharedSessionState(Clock clock, Consumer<EventDetails> tell) {
        this.clock = clock;
        this.tell = tell;
    }

    /// What a watch has seen.
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

    /// What runs in all panes now.
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

    /// There is none any more; those that are found afterwards are news.
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

    /// Nobody is told any more, and whoever waits returns. False when it was closed already.
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

    /// The session of that name, as soon as it is known; empty when it is not within `patience`, or will not
    /// be. A watch that rests is woken: where somebody knows a session there is something to watch.
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

    /// Waits until more is known of a session than `known`, and tells what is known then.
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

    /// Waits that long, or until it is closed, or for a moment where somebody waits for a session.
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

    /// Notices silence, which no watch sees, until it is closed.
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
