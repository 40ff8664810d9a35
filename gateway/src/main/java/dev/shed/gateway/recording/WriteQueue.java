package dev.shed.gateway.recording;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The queue of entries of all recordings, and the one thread that writes them. A session never waits for the
/// disk: an entry that does not fit is dropped.
final class WriteQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WriteQueue.class);

    /// Limit on all queued entries in bytes: about a second of everybody's output at a rate that is too high
    /// for a slow disk.
    private static final long MAX_BYTES = 16L * 1024 * 1024;

    /// How many bytes each recording may queue in any case. A session that floods its terminal thus takes no
    /// room from others. A user's terminal shows about this much in half a second.
    static final long GUARANTEED = 64 * 1024;

    private static final Duration LAST_WRITES = Duration.ofSeconds(3);

    private final LinkedBlockingQueue<Item> items = new LinkedBlockingQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final long maxBytes;
    private final Duration interval;

    // A platform thread: writing takes processor time, and a disk may block it.
    private final Thread thread =
            Thread.ofPlatform().name("recordings").daemon().unstarted(this::write);

    private Runnable regularly = () -> {};

    /// The bytes that one recording has queued.
    static final class Share {
        private final AtomicLong bytes = new AtomicLong();
    }

    /// A task that works on a file.
    private record Item(Runnable task, int size, Share share) {}

    WriteQueue() {
        this(MAX_BYTES, Duration.ofHours(1));
    }

    /// @param interval how often the task of [#start] runs
    WriteQueue(long maxBytes, Duration interval) {
        this.maxBytes = maxBytes;
        this.interval = interval;
    }

    /// Starts the writing thread.
    ///
    /// @param task run at once, and again after each interval
    void start(Runnable task) {
        regularly = task;
        thread.start();
    }

    /// Queues a task of a recording. Never blocks.
    ///
    /// @return false if there is no room
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

    /// Queues a task that is not an entry of a recording.
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

    /// Writes the queued entries, for a limited time.
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

    /// Waits until all entries queued so far have been written.
    void flush() throws InterruptedException {
        var done = new CountDownLatch(1);
        add(done::countDown);
        if (!done.await(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("nothing is written");
        }
    }
}
