package dev.shed.gateway.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PacedOutputTest {
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong taken = new AtomicLong();

    private final PacedOutput paced = PacedOutput.sleeping(
            new OutputStream() {
                @Override
                public void write(int single) {
                    taken.incrementAndGet();
                }
            },
            () -> !closed.get());

    @Test
    void aThousandSessionsAreNotHeldUp() throws IOException {
        long begun = System.nanoTime();
        for (int i = 0; i < 4000; i++) {
            paced.write("c $1000 a-name-of-usual-length\n".getBytes(UTF_8));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void whoPrintsWithoutEndWaitsUntilItIsClosed() throws Exception {
        var endless = Thread.ofVirtual().start(() -> {
            try {
                var lines = "x $1\n".repeat(1000).getBytes(UTF_8);
                while (!closed.get()) {
                    paced.write(lines);
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(endless.join(Duration.ofMillis(500))).isFalse();
        assertThat(taken.get()).isLessThan(PacedOutput.BURST / 50);
        closed.set(true);
        assertThat(endless.join(Duration.ofSeconds(5))).isTrue();
    }
}
