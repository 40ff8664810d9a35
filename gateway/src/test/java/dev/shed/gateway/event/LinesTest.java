package dev.shed.gateway.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinesTest {
    private static final int THREADS = 2 * Runtime.getRuntime().availableProcessors();

    private final AtomicBoolean done = new AtomicBoolean();

    @AfterEach
    void end() {
        done.set(true);
    }

    /// As many false tmux as the gateway has threads for virtual ones.
    @Test
    void linesWithoutEndHoldUpNobody() throws Exception {
        var running = new CountDownLatch(THREADS);
        for (int i = 0; i < THREADS; i++) {
            Thread.ofVirtual().start(() -> {
                running.countDown();
                var lines = new Lines(_ -> {});
                while (!done.get()) {
                    lines.write('\n');
                }
            });
        }
        assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();

        var ran = new CountDownLatch(1);
        Thread.ofVirtual().start(ran::countDown);
        assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
