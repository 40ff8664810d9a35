package dev.shed.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CachedTest {
    private static final Duration VALIDITY = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong time = new AtomicLong();

    @Test
    void aValueIsUsedForItsTime() {
        var cached = new Cached<>("test", VALIDITY, PATIENCE, calls::incrementAndGet, time::get);
        assertThat(cached.get()).contains(1);
        time.addAndGet(VALIDITY.toNanos() - 1);
        assertThat(cached.get()).contains(1);
        time.addAndGet(1);
        assertThat(cached.get()).contains(2);
    }

    @Test
    void aFailureIsNoValueAndIsRememberedAsLong() {
        var cached = new Cached<Integer>(
                "test",
                VALIDITY,
                PATIENCE,
                () -> {
                    calls.incrementAndGet();
                    throw new IllegalStateException("down");
                },
                time::get);
        assertThat(cached.get()).isEmpty();
        assertThat(cached.get()).isEmpty();
        assertThat(calls).hasValue(1);
        time.addAndGet(VALIDITY.toNanos());
        assertThat(cached.get()).isEmpty();
        assertThat(calls).hasValue(2);
    }

    @Test
    void whoeverAsksWhileItIsDeterminedWaitsForTheSame() throws Exception {
        var answer = new CountDownLatch(1);
        var cached = new Cached<>("test", Duration.ZERO, PATIENCE, () -> {
            await(answer);
            return calls.incrementAndGet();
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(cached::get);
            var second = threads.submit(cached::get);
            answer.countDown();
            assertThat(first.get().orElseThrow() + second.get().orElseThrow()).isBetween(2, 3);
        }
    }

    @Test
    void whatHangsIsAskedOnceAndHoldsUpNobodyForLong() {
        var never = new CountDownLatch(1);
        var cached = new Cached<>("test", Duration.ZERO, Duration.ofMillis(20), () -> {
            calls.incrementAndGet();
            await(never);
            return 1;
        });
        for (int i = 0; i < 5; i++) {
            assertThat(cached.get()).isEmpty();
        }
        assertThat(calls.get()).isLessThanOrEqualTo(1);
        never.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
