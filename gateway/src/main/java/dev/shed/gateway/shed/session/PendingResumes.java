package dev.shed.gateway.shed.session;

import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Which agents are not back yet after the start of their shed, for logins to their sessions. Only what this gateway
/// resumes is known.
final class PendingResumes {
    private final Duration limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /// The last start of each shed, or the next one of a shed that has ended. Guarded by `lock`.
    private final Map<ShedName, Start> starts = new HashMap<>();

    /// A start of a shed. Guarded by the lock of its owner.
    static final class Start {
        private boolean over;

        /// The sessions whose agents are not back; null as long as they are not known.
        private @Nullable Set<SessionName> left;

        private Start() {}

        private boolean isKnown() {
            return over || left != null;
        }

        private boolean brings(SessionName session) {
            return !over && left != null && left.contains(session);
        }
    }

    /// @param limit how long a login waits
    PendingResumes(Duration limit) {
        this.limit = limit;
    }

    /// The start that a shed is in.
    Start of(ShedName shed) {
        lock.lock();
        try {
            return starts.computeIfAbsent(shed, _ -> new Start());
        } finally {
            lock.unlock();
        }
    }

    /// The start that a shed is in which runs.
    ///
    /// @param news whether it was started just now
    Start runs(ShedName shed, boolean news) {
        lock.lock();
        try {
            if (news && of(shed).over) {
                starts.put(shed, new Start());
            }
            return of(shed);
        } finally {
            lock.unlock();
        }
    }

    /// Whether a shed is still in that start.
    boolean isLast(ShedName shed, Start start) {
        return last(shed).filter(start::equals).isPresent();
    }

    /// A shed has ended: whoever finds it running comes after its next start.
    void ended(ShedName shed) {
        lock.lock();
        try {
            starts.put(shed, new Start());
        } finally {
            lock.unlock();
        }
    }

    /// There is no such shed any more.
    void deleted(ShedName shed) {
        lock.lock();
        try {
            starts.remove(shed);
        } finally {
            lock.unlock();
        }
    }

    /// These sessions are to come back.
    void expects(Start start, Collection<SessionName> sessions) {
        change(() -> start.left = new HashSet<>(sessions));
    }

    /// This session is back, or does not come.
    void has(Start start, SessionName session) {
        change(() -> {
            if (start.left != null) {
                start.left.remove(session);
            }
        });
    }

    /// No more sessions come back.
    void over(Start start) {
        change(() -> start.over = true);
    }

    private void change(Runnable how) {
        lock.lock();
        try {
            how.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the agent of a session is back, or is known not to come; or for the time limit. Returns at once for
    /// a
    /// shed of which no start is known.
    void await(ShedName shed, SessionName session, AutoResume.Waiting waiting)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        var start = last(shed);
        if (start.isEmpty()) {
            return;
        }
        boolean brings = await(start.get()::isKnown, () -> start.get().brings(session), end);
        if (brings) {
            waiting.begins();
            await(() -> !start.get().brings(session), () -> true, end);
        }
    }

    private Optional<Start> last(ShedName shed) {
        lock.lock();
        try {
            return Optional.ofNullable(starts.get(shed));
        } finally {
            lock.unlock();
        }
    }

    /// Waits for a condition, and returns what holds then.
    ///
    /// @param end when to wait no longer, by [System#nanoTime]
    private boolean await(BooleanSupplier condition, BooleanSupplier result, long end) throws InterruptedException {
        lock.lock();
        try {
            long left = end - System.nanoTime();
            while (!condition.getAsBoolean() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return result.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }
}
