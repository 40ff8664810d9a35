package dev.shed.gateway.shed;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Reports at intervals how long an operation without output has taken, until it is closed. A short operation
/// is not reported.
public final class Elapsed implements AutoCloseable {
    private static final Duration MOMENT = Duration.ofSeconds(2);
    private static final Duration STEP = Duration.ofSeconds(1);

    private final Listener listener;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread;

    /// Receives the reports, on a thread of its own.
    public interface Listener {
        /// The operation has taken this long and has not ended.
        void waits(Duration elapsed) throws IOException;

        /// The operation has ended. Called only if `waits` was called.
        void waitsNoMore() throws IOException;
    }

    private Elapsed(Listener listener, Duration moment, Duration step) {
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("elapsed").unstarted(() -> tell(moment, step));
    }

    /// Starts to measure an operation that begins now.
    public static Elapsed tell(Listener listener) {
        return tell(listener, MOMENT, STEP);
    }

    static Elapsed tell(Listener listener, Duration moment, Duration step) {
        var elapsed = new Elapsed(listener, moment, step);
        elapsed.thread.start();
        return elapsed;
    }

    private void tell(Duration moment, Duration step) {
        long begin = System.nanoTime();
        try {
            if (isOverWithin(moment)) {
                return;
            }
            do {
                listener.waits(Duration.ofNanos(System.nanoTime() - begin));
            } while (!isOverWithin(step));
            listener.waitsNoMore();
        } catch (IOException _) {
            // The client has disconnected, which is handled elsewhere.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isOverWithin(Duration time) throws InterruptedException {
        return over.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Returns when no more reports will come, so that the caller can write its own output.
    @Override
    public void close() {
        over.countDown();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
