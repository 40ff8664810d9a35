package dev.shed.gateway.posix;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A platform thread for as long as there is much to copy: it waits in the kernel, with one wake-up where a virtual
/// thread has three, and the system divides the processors among these. There are only a few at a time, since one whose
/// reader has stopped waits for it.
final class BulkThread {
    private static final Semaphore FREE =
            new Semaphore(Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));

    private BulkThread() {}

    /// What it does.
    interface Work {
        void run() throws IOException;
    }

    /// Does the work on such a thread, and waits for its end. An interrupt of the calling thread is passed on.
    ///
    /// @return false if there are enough of them already; nothing was done then
    static boolean run(Work work) throws IOException {
        if (!FREE.tryAcquire()) {
            return false;
        }
        try {
            var failure = new AtomicReference<@Nullable Throwable>();
            join(Thread.ofPlatform()
                    .daemon()
                    .name(Thread.currentThread().getName())
                    .start(() -> attempt(work, failure)));
            rethrow(failure.get());
            return true;
        } finally {
            FREE.release();
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
