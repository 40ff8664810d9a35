package dev.shed.gateway.shed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ElapsedTest {
    private static final Duration SHORT = Duration.ofMillis(5);

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final CountDownLatch several = new CountDownLatch(3);

    private final Elapsed.Listener listener = new Elapsed.Listener() {
        @Override
        public void waits(Duration elapsed) {
            assertThat(elapsed).isPositive();
            said.add("waits");
            several.countDown();
        }

        @Override
        public void waitsNoMore() {
            said.add("over");
        }
    };

    @Test
    void whatTakesLongIsToldAgainAndAgainAndThenNoMore() throws Exception {
        try (var _ = Elapsed.tell(listener, SHORT, SHORT)) {
            assertThat(several.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(said).hasSizeGreaterThan(3).endsWith("waits", "over").containsOnlyOnce("over");
    }

    @Test
    void whatTakesAMomentIsNotTold() {
        try (var _ = Elapsed.tell(listener, Duration.ofMinutes(1), SHORT)) {
            assertThat(said).isEmpty();
        }
        assertThat(said).isEmpty();
    }

    @Test
    void whoHasGoneIsNotToldAgain() throws Exception {
        var told = new CountDownLatch(1);
        try (var _ = Elapsed.tell(
                new Elapsed.Listener() {
                    @Override
                    public void waits(Duration elapsed) throws IOException {
                        said.add("waits");
                        told.countDown();
                        throw new IOException("gone");
                    }

                    @Override
                    public void waitsNoMore() {
                        said.add("over");
                    }
                },
                SHORT,
                SHORT)) {
            assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(said).containsExactly("waits");
    }
}
