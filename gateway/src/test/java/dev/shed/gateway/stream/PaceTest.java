package dev.shed.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final int THREADS = 4 * Runtime.getRuntime().availableProcessors();

    private final AtomicBoolean done = new AtomicBoolean();

    @AfterEach
    void end() {
        done.set(true);
    }

    /// All carriers are busy then.
    private void busy(Consumer<Pace> step) throws InterruptedException {
        var running = new CountDownLatch(THREADS);
        for (int i = 0; i < THREADS; i++) {
            Thread.ofVirtual().start(() -> {
                var pace = new Pace();
                running.countDown();
                while (!done.get()) {
                    step.accept(pace);
                }
            });
        }
        assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private static boolean anotherRuns() throws InterruptedException {
        var ran = new CountDownLatch(1);
        Thread.ofVirtual().start(ran::countDown);
        return ran.await(10, TimeUnit.SECONDS);
    }

    @Test
    void aThreadThatASystemThreadWakesRunsBesideManyThatGiveWay() throws Exception {
        busy(Pace::giveWay);
        for (int i = 0; i < 20; i++) {
            assertThat(anotherRuns()).isTrue();
        }
    }

    @Test
    void itRunsBesideManyThatTakeSteps() throws Exception {
        busy(Pace::step);
        assertThat(anotherRuns()).isTrue();
    }

    @Test
    void itRunsBesideManyThatAreInterrupted() throws Exception {
        busy(pace -> {
            Thread.currentThread().interrupt();
            pace.giveWay();
        });
        assertThat(anotherRuns()).isTrue();
    }

    @Test
    void anInterruptStays() throws Exception {
        var stayed = new AtomicBoolean();
        var thread = Thread.ofVirtual().start(() -> {
            var pace = new Pace();
            Thread.currentThread().interrupt();
            for (long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50); System.nanoTime() < end; ) {
                pace.giveWay();
            }
            stayed.set(Thread.currentThread().isInterrupted());
        });
        assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
        assertThat(stayed).isTrue();
    }
}
