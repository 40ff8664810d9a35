package dev.shed.gateway.audit;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Counts what has begun and not ended, so that a gateway that stops can wait until the ends of all are written.
public final class CountingAuditLog implements AuditLog {
    private final AuditLog log;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();

    /// Guarded by the lock.
    private long open;

    public CountingAuditLog(AuditLog log) {
        this.log = log;
    }

    @Override
    public void record(AuditEvent event) {
        log.record(event);
        // Counted afterwards: who waits for an end waits for its line.
        switch (event) {
            case AuditEvent.ConnectionOpened _, AuditEvent.ChannelStarted _, AuditEvent.ForwardOpened _ -> add(1);
            case AuditEvent.ConnectionClosed _, AuditEvent.ChannelEnded _, AuditEvent.ForwardClosed _ -> add(-1);
            default -> {}
        }
    }

    private void add(int change) {
        lock.lock();
        try {
            open += change;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until everything has ended, or the time is up.
    ///
    /// @return how much has not
    public long awaitEnds(Duration limit) throws InterruptedException {
        lock.lock();
        try {
            long left = limit.toNanos();
            while (open > 0 && left > 0) {
                left = ended.awaitNanos(left);
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void requireWritable() {
        log.requireWritable();
    }
}
