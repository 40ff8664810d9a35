package dev.shed.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.RecordingAuditLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CountingAuditLogTest {
    private static final AuditEvent.Origin ORIGIN = new AuditEvent.Origin("conn-1", "192.0.2.1:4711");
    private static final AuditEvent OPENED = new AuditEvent.ConnectionOpened(ORIGIN);
    private static final AuditEvent CLOSED = new AuditEvent.ConnectionClosed(ORIGIN, Duration.ofSeconds(1));

    private final RecordingAuditLog written = new RecordingAuditLog();
    private final CountingAuditLog log = new CountingAuditLog(written);

    @Test
    void whatHasNotEndedIsCounted() throws InterruptedException {
        log.record(OPENED);
        log.record(OPENED);
        log.record(CLOSED);

        assertThat(log.awaitEnds(Duration.ofMillis(1))).isEqualTo(1);
        assertThat(written.events()).containsExactly(OPENED, OPENED, CLOSED);
    }

    /// A gateway that stops just then waits for both.
    @Test
    void aStartIsCountedBeforeItsLineIsThereAndAnEndAfterwards() {
        var open = new ArrayList<Long>();
        var counting = new AtomicReference<CountingAuditLog>();
        var watched = new CountingAuditLog(_ -> open.add(counting.get().counts().loggingIn()));
        counting.set(watched);
        watched.record(OPENED);
        watched.record(CLOSED);

        assertThat(open).containsExactly(1L, 1L);
        assertThat(watched.counts().loggingIn()).isZero();
    }

    @Test
    void anEndIsWaitedForUntilItsLineIsWritten() throws InterruptedException {
        log.record(OPENED);
        var waits = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            waits.countDown();
            log.record(CLOSED);
        });
        waits.await();

        assertThat(log.awaitEnds(Duration.ofSeconds(20))).isZero();
        assertThat(written.events()).containsExactly(OPENED, CLOSED);
    }

    private static AuditEvent ended(long bytesIn, long bytesOut) {
        return new AuditEvent.ChannelEnded(
                ORIGIN,
                new AuditEvent.Actor("me", "SHA256:a"),
                new AuditEvent.Subject("conn-1/ch-0", "demo", "demo", "", "exec", ""),
                new AuditEvent.Ending("exit", 0, Duration.ofSeconds(1), bytesIn, bytesOut));
    }

    @Test
    void whatHasHappenedInTheLastMinuteIsTold() {
        var now = new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(30).toNanos()); // it may overflow
        var counting = new CountingAuditLog(written, now::get);
        assertThat(counting.lastMinute()).isEqualTo(Totals.NONE);
        counting.record(ended(1, 2));
        now.addAndGet(Duration.ofSeconds(30).toNanos());
        counting.record(ended(3, 4));
        counting.record(new AuditEvent.AuthRefused(ORIGIN, "demo", "SHA256:a", "no"));
        var bytes = new Totals.Bytes(4, 6);
        var none = new Totals.Bytes(0, 0);
        assertThat(counting.lastMinute()).isEqualTo(new Totals(0, 1, 2, bytes, none));
        now.addAndGet(Duration.ofSeconds(31).toNanos());
        assertThat(counting.lastMinute()).isEqualTo(new Totals(0, 1, 1, new Totals.Bytes(3, 4), none));
        now.addAndGet(Duration.ofSeconds(30).toNanos());
        assertThat(counting.lastMinute()).isEqualTo(Totals.NONE);
        assertThat(counting.totals()).isEqualTo(new Totals(0, 1, 2, bytes, none));
    }

    /// However much happens, that is all that is kept.
    @Test
    void theLastMinuteOfABusyGatewayIsNearlyAMinute() {
        var now = new AtomicLong();
        var counting = new CountingAuditLog(_ -> {}, now::get);
        for (int tenths = 0; tenths < 3000; tenths++) {
            counting.record(ended(1, 0));
            now.addAndGet(Duration.ofMillis(100).toNanos());
        }
        assertThat(counting.lastMinute().channels()).isBetween(550L, 600L);
        assertThat(counting.totals().channels()).isEqualTo(3000);
    }
}
