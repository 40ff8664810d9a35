package dev.shed.gateway.event;

import dev.shed.gateway.tmux.Notice;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// What is known of a container's sessions, for those who wait for it to change and for one who is told each change.
final class LiveSessions {
    private final Clock clock;
    private final Consumer<Happening> tell;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by `lock`.
    private final SessionBook book = new SessionBook();
    private boolean closed;

    /// @param tell is told in order, and must not block
    LiveSessions(Clock clock, Consumer<Happening> tell) {
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

    /// The session of that name, if it is known.
    Optional<SessionView> find(String name) {
        lock.lock();
        try {
            return book.find(name);
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

    /// Waits that long, or until it is closed.
    void rest(Duration time) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = time.toNanos();
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
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
