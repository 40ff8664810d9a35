package dev.shed.gateway.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PlatformThreadsTest {
    /// A thread for which the system has none.
    private static final class Failing extends Thread {
        Failing(Runnable task) {
            super(task);
        }

        @Override
        public void start() {
            throw new OutOfMemoryError("unable to create native thread");
        }
    }

    @Test
    void thereAreNoMoreThanSoMany() throws Exception {
        var threads = new PlatformThreads(1);
        var begun = new CountDownLatch(1);
        var ends = new CountDownLatch(1);
        var first = CompletableFuture.runAsync(() -> run(threads, begun, ends));
        begun.await();
        assertThat(threads.run(() -> {})).isFalse();
        ends.countDown();
        first.get(10, TimeUnit.SECONDS);
        assertThat(threads.run(() -> {})).isTrue();
    }

    private static void run(PlatformThreads threads, CountDownLatch begun, CountDownLatch ends) {
        try {
            threads.run(() -> {
                begun.countDown();
                try {
                    ends.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whereNoThreadCanBeStartedNothingIsDone() throws IOException {
        var done = new AtomicInteger();
        var threads = new PlatformThreads(2, Failing::new);
        for (int i = 0; i < 10; i++) {
            assertThat(threads.run(done::incrementAndGet)).isFalse();
        }
        assertThat(done).hasValue(0);
    }
}
