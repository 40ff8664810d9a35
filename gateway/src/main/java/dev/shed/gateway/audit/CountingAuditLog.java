package dev.shed.gateway.audit;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Counts connections, channels and forwards that have begun and not ended, and how much has happened. A gateway
/// that stops waits until the ends of all have been written; `status` and the metrics show the counts.
public final class CountingAuditLog implements AuditLog {
    private final AuditLog log;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();

    /// Guarded by the lock, as are the fields below.
    private long connections;

    private long channels;
    private long forwards;
    private long dropped;
    private Totals totals = Totals.NONE;
    private final RecentTotals recent = new RecentTotals();

    /// The ids of the connections that have logged in.
    private final Set<String> loggedIn = new HashSet<>();

    /// How much is open now.
    ///
    /// @param dropped how many connections were rejected since the gateway was started
    public record Counts(long loggedIn, long loggingIn, long dropped, long channels, long forwards) {}

    public CountingAuditLog(AuditLog log) {
        this(log, System::nanoTime);
    }

    CountingAuditLog(AuditLog log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
    }

    @Override
    public void record(AuditEvent event) {
        // A start is counted before its line is written, an end afterwards, so that [#awaitEnds] returns only
        // after the last line. What has happened is counted before, too, so that whoever sees its line finds it.
        count(() -> countStart(event));
        log.record(event);
        count(() -> countEnd(event));
    }

    private void count(Runnable change) {
        lock.lock();
        try {
            change.run();
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void countStart(AuditEvent event) {
        recent.note(nanoTime.getAsLong(), totals);
        totals = totals.plus(event);
        switch (event) {
            case AuditEvent.ConnectionOpened _ -> connections++;
            case AuditEvent.ConnectionDropped _ -> dropped++;
            case AuditEvent.AuthAccepted _ -> loggedIn.add(event.origin().conn());
            case AuditEvent.ChannelStarted _ -> channels++;
            case AuditEvent.ForwardOpened _ -> forwards++;
            default -> {}
        }
    }

    private void countEnd(AuditEvent event) {
        switch (event) {
            case AuditEvent.ConnectionClosed _ -> {
                connections--;
                loggedIn.remove(event.origin().conn());
            }
            case AuditEvent.ChannelEnded _ -> channels--;
            case AuditEvent.ForwardClosed _ -> forwards--;
            default -> {}
        }
    }

    /// The present counts.
    public Counts counts() {
        lock.lock();
        try {
            return new Counts(loggedIn.size(), connections - loggedIn.size(), dropped, channels, forwards);
        } finally {
            lock.unlock();
        }
    }

    /// What has happened since the start.
    public Totals totals() {
        lock.lock();
        try {
            return totals;
        } finally {
            lock.unlock();
        }
    }

    /// What has happened in the last minute.
    public Totals lastMinute() {
        lock.lock();
        try {
            return recent.lastMinute(nanoTime.getAsLong(), totals);
        } finally {
            lock.unlock();
        }
    }

    private long open() {
        return connections + channels + forwards;
    }

    /// Waits until everything has ended, or the time limit is reached.
    ///
    /// @return how much has not ended
    public long awaitEnds(Duration limit) throws InterruptedException {
        lock.lock();
        try {
            long left = limit.toNanos();
            while (open() > 0 && left > 0) {
                left = ended.awaitNanos(left);
            }
            return open();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void requireWritable() {
        log.requireWritable();
    }

    @Override
    public State state() {
        return log.state();
    }
}
