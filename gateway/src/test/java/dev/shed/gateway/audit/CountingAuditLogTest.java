package dev.shed.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.RecordingAuditLog;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
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
