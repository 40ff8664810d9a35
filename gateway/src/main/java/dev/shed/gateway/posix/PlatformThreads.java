package dev.shed.gateway.posix;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Platform threads for what virtual threads do otherwise: one waits in the kernel, with one wake-up where a virtual
/// thread has three, and the system divides the processors among these. There are only a few at a time, since one
/// whose reader has stopped waits for it.
public final class PlatformThreads {
    private static final Logger LOG = LoggerFactory.getLogger(PlatformThreads.class);

    private final Semaphore free;
    private final ThreadFactory threads;

    /// What one does.
    public interface Work {
        void run() throws IOException;
    }

    /// @param most how many there are at a time
    public PlatformThreads(int most) {
        this(most, Thread.ofPlatform().daemon().factory());
    }

    PlatformThreads(int most, ThreadFactory threads) {
        this.free = new Semaphore(most);
        this.threads = threads;
    }

    /// Does the work on such a thread, and waits for its end. An interrupt of the calling thread is passed on.
    ///
    /// @return false if there are enough of them already, or the system has none; nothing was done then
    public boolean run(Work work) throws IOException {
        if (!free.tryAcquire()) {
            return false;
        }
        try {
            var failure = new AtomicReference<@Nullable Throwable>();
            var thread = threads.newThread(() -> attempt(work, failure));
            thread.setName(Thread.currentThread().getName());
            if (!starts(thread)) {
                return false;
            }
            join(thread);
            rethrow(failure.get());
            return true;
        } finally {
            free.release();
        }
    }

    private static boolean starts(Thread thread) {
        try {
            thread.start();
            return true;
        } catch (OutOfMemoryError e) {
            // This is also what the lack of a thread is called.
            LOG.atDebug().setCause(e).log("no thread");
            return false;
        }
    }

    private static void attempt(Work work, AtomicReference<@Nullable Throwable> failure) {
        try {
            work.run();
        } catch (IOException | RuntimeException | Error e) {
            failure.set(e);
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        boolean joined = false;
        while (!joined) {
            try {
                thread.join();
                joined = true;
            } catch (InterruptedException _) {
                interrupted = true;
                thread.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void rethrow(@Nullable Throwable failure) throws IOException {
        switch (failure) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }
}
