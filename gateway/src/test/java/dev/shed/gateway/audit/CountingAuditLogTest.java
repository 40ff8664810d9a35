package dev.shed.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.RecordingAuditLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
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
}
