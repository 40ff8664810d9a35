package dev.shed.gateway.recording;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What waits to be written, of all recordings, and the one thread that writes it. No session ever waits for a disk:
/// what finds no room here is left out.
final class WriteQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WriteQueue.class);

    /// A second of output at the rate that a disk is slow for, of everybody together.
    private static final long MAX_BYTES = 16L * 1024 * 1024;

    /// Of one recording there is always room for that much: a session that floods its terminal, or a tmux that is none,
    /// takes no room from the recordings of others. Half a second of what a person's terminal shows.
    static final long GUARANTEED = 64 * 1024;

    private static final Duration LAST_WRITES = Duration.ofSeconds(3);

    private final LinkedBlockingQueue<Item> items = new LinkedBlockingQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final long maxBytes;
    private final Duration interval;

    // Of the platform's own: writing is work, and a disk may make it wait.
    private final Thread thread =
            Thread.ofPlatform().name("recordings").daemon().unstarted(this::write);

    private Runnable regularly = () -> {};

    /// How much of one recording waits.
    static final class Share {
        private final AtomicLong bytes = new AtomicLong();
    }

    /// Something to do with a file.
    private record Item(Runnable task, int size, Share share) {}

    WriteQueue() {
        this(MAX_BYTES, Duration.ofHours(1));
    }

    /// @param interval how often [#start]'s task is run, beside what is queued
    WriteQueue(long maxBytes, Duration interval) {
        this.maxBytes = maxBytes;
        this.interval = interval;
    }

    /// Begins to write.
    ///
    /// @param task run at once, and again after each interval
    void start(Runnable task) {
        regularly = task;
        thread.start();
    }

    /// Never waits.
    ///
    /// @return whether there was room
    boolean offer(Share share, int size, Runnable task) {
        long own = share.bytes.addAndGet(size);
        long all = bytes.addAndGet(size);
        if (own > GUARANTEED && all > maxBytes) {
            share.bytes.addAndGet(-size);
            bytes.addAndGet(-size);
            return false;
        }
        return items.add(new Item(task, size, share));
    }

    /// For what is no part of a recording.
    void add(Runnable task) {
        items.add(new Item(task, 0, new Share()));
    }

    private void write() {
        try {
            long due = System.nanoTime();
            while (true) {
                if (System.nanoTime() - due >= 0) {
                    run(regularly);
                    due = System.nanoTime() + interval.toNanos();
                }
                var item = items.poll(due - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (item == null) {
                    continue;
                }
                if (item.size() < 0) {
                    return;
                }
                run(item.task());
                bytes.addAndGet(-item.size());
                item.share().bytes.addAndGet(-item.size());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a defect of the recordings");
        }
    }

    /// Writes what waits, if that does not take too long.
    @Override
    public void close() {
        items.add(new Item(() -> {}, -1, new Share()));
        try {
            if (!thread.join(LAST_WRITES)) {
                LOG.atWarn().addKeyValue("bytes", bytes.get()).log("recordings end early: the disk is too slow");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits until all that waits now has been written.
    void flush() throws InterruptedException {
        var done = new CountDownLatch(1);
        add(done::countDown);
        if (!done.await(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("nothing is written");
        }
    }
}
