package dev.shed.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.MutableClock;
import dev.shed.gateway.RecordingAuditLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class LimitedAuditLogTest {
    private static final AuditEvent.Actor ACTOR = new AuditEvent.Actor("me", "SHA256:x");

    private final MutableClock clock = new MutableClock(Instant.EPOCH);
    private final RecordingAuditLog written = new RecordingAuditLog();
    private final Queue<Runnable> later = new ArrayDeque<>();
    private final LimitedAuditLog log = new LimitedAuditLog(written, clock, later::add);

    private static AuditEvent.Origin connection(int number) {
        return new AuditEvent.Origin("conn-" + number, "192.0.2.1:4711");
    }

    private void opened(int from, int to) {
        for (int i = from; i <= to; i++) {
            log.record(new AuditEvent.ConnectionOpened(connection(i)));
        }
    }

    private void refused(int from, int to) {
        for (int i = from; i <= to; i++) {
            log.record(new AuditEvent.AuthRefused(connection(i), "root", "", "no key offered"));
            log.record(new AuditEvent.ConnectionClosed(connection(i), Duration.ZERO));
        }
    }

    private Map<String, Long> suppressed() {
        return written.events(AuditEvent.LinesSuppressed.class).getLast().counts();
    }

    @Test
    void strangersHaveSoManyLinesAndTheRestIsCounted() {
        opened(1, 4100);
        refused(1, 4100);
        assertThat(written.events()).hasSize(300);
        assertThat(later).hasSize(1);
        later.remove().run();
        assertThat(suppressed())
                .containsOnly(
                        Map.entry("connection-opened", 4000L),
                        Map.entry("auth-refused", 4000L),
                        Map.entry("connection-closed", 4000L));
    }

    @Test
    void whoIsNotLetInHasTheSameLimit() {
        for (int i = 1; i <= 5000; i++) {
            log.record(new AuditEvent.ConnectionDropped(connection(i), "dropped: max-startups"));
        }
        assertThat(written.events()).hasSize(100);
        later.remove().run();
        assertThat(suppressed()).containsOnly(Map.entry("connection-dropped", 4900L));
    }

    @Test
    void withTimeTheyHaveMore() {
        opened(1, 200);
        clock.advance(Duration.ofSeconds(2));
        opened(201, 300);
        assertThat(written.events(AuditEvent.ConnectionOpened.class)).hasSize(140);
    }

    @Test
    void whoLogsInHasABeginningAndAnEnd() {
        opened(1, 101);
        log.record(new AuditEvent.AuthAccepted(connection(101), "demo", ACTOR));
        log.record(new AuditEvent.ConnectionClosed(connection(101), Duration.ZERO));
        assertThat(written.events().stream().skip(100).map(AuditEvent::name))
                .containsExactly("connection-opened", "auth-accepted", "connection-closed");
        assertThat(later).isEmpty();
    }

    @Test
    void refusedForwardsHaveALimitOfTheirOwn() {
        var forward = new AuditEvent.Forward("conn-1/ch-1", "demo", "demo", "direct-tcpip", "127.0.0.1:1");
        for (int i = 0; i < 250; i++) {
            log.record(new AuditEvent.ForwardRefused(connection(1), ACTOR, forward, "no"));
        }
        opened(2, 2);
        assertThat(written.events()).hasSize(101);
        log.close();
        assertThat(suppressed()).containsOnly(Map.entry("forward-refused", 150L));
    }
}
