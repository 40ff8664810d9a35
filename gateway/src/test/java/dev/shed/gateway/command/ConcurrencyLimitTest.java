package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.failure.ShedException;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConcurrencyLimitTest {
    @Test
    void oneMoreThanThatFails() throws Exception {
        var limit = new ConcurrencyLimit(2, Duration.ofMillis(1));
        try (var _ = limit.take("ada", "peeks");
                var _ = limit.take("ada", "peeks");
                var _ = limit.take("bob", "peeks")) {
            assertThatThrownBy(() -> limit.take("ada", "peeks"))
                    .isInstanceOf(ShedException.class)
                    .hasMessageContaining("limit reached: 2 peeks at once with one key");
        }
        assertThat(limit.owners()).isZero();
    }

    @Test
    void whoWaitsGetsThePlaceOfWhoEnds() throws Exception {
        var limit = new ConcurrencyLimit(1, Duration.ofSeconds(20));
        var first = limit.take("ada", "peeks");
        var second = new FutureTask<>(() -> limit.take("ada", "peeks"));
        Thread.ofVirtual().start(second);
        first.close();
        second.get(20, TimeUnit.SECONDS).close();
        assertThat(limit.owners()).isZero();
    }

    @Test
    void whoIsInterruptedLeavesNothingBehind() throws Exception {
        var limit = new ConcurrencyLimit(1, Duration.ofSeconds(20));
        try (var _ = limit.take("ada", "peeks")) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> limit.take("ada", "peeks")).isInstanceOf(InterruptedException.class);
        }
        assertThat(limit.owners()).isZero();
    }
}
