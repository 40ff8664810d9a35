package dev.shed.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.MutableClock;
import dev.shed.gateway.RecordingAuditLog;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.CountingAuditLog;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.recording.Recordings;
import dev.shed.gateway.shed.Workspace;
import dev.shed.gateway.shed.lifecycle.TestSheds;
import dev.shed.gateway.shed.session.Sessions;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusReportTest {
    private static final AuditEvent.Origin ORIGIN = new AuditEvent.Origin("conn-1", "192.0.2.1:4711");

    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-31T12:00:00Z"));
    private final CountingAuditLog audit = new CountingAuditLog(new RecordingAuditLog());
    private Recordings.Failures failures = new Recordings.Failures(0, Optional.empty());
    private List<GatewayStatus.HostKey> hostKeys = List.of();

    @TempDir
    private Path directory;

    private StatusReport report(ContainerEngine engine, FakeRuntime runtime, Duration patience) {
        var sessions = new Sessions(runtime, new Workspace("/workspace"), Sessions.Relays.RUN);
        return new StatusReport(
                new StatusReport.Parts(
                        "1",
                        TestSheds.of(engine, runtime, directory),
                        new SessionQuery(sessions, runtime.hints()),
                        audit,
                        () -> failures,
                        () -> hostKeys),
                clock,
                patience);
    }

    private StatusReport report(FakeRuntime runtime) {
        return report(runtime, runtime, Duration.ofSeconds(20));
    }

    private GatewayStatus now() throws InterruptedException {
        return report(new FakeRuntime().with("demo")).now(_ -> true);
    }

    @Test
    void sessionsAreCountedAndShedsThatDoNotTellTheirs() throws Exception {
        var runtime = new FakeRuntime().with("demo").with("broken").with("asleep", State.STOPPED);
        runtime.tmux("demo").with("debug", clock.instant(), 1, 1).with("default", clock.instant(), 0, 1);
        runtime.in("broken", _ -> FakeProcess.printing("", "no tmux", 127));
        assertThat(report(runtime).now(_ -> true).sessions()).isEqualTo(new GatewayStatus.Sessions(1, 2, 1));
    }

    /// The rest of the status is there nevertheless.
    @Test
    void aShedThatHangsIsNotWaitedForLong() throws Exception {
        var runtime = new FakeRuntime().with("demo");
        var back = new CountDownLatch(1);
        runtime.in("demo", _ -> {
            try {
                back.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            return FakeProcess.printing("", "", 0);
        });
        var now = report(runtime, runtime, Duration.ofMillis(200)).now(_ -> true);
        back.countDown();
        assertThat(now.sessions()).isNull();
        assertThat(now.sheds()).isEqualTo(new GatewayStatus.Sheds(1, 1));
        assertThat(now.problems()).isEmpty();
    }

    @Test
    void theTimeSinceTheStartIsTold() throws Exception {
        var report = report(new FakeRuntime());
        clock.advance(Duration.ofHours(26));
        var now = report.now(_ -> true);
        assertThat(now.uptimeSeconds()).isEqualTo(26 * 3600);
        assertThat(now.startedAt()).isEqualTo("2026-01-31T12:00:00Z");
        assertThat(now.problems()).isEmpty();
    }

    @Test
    void whoWasNotLetInIsCounted() throws Exception {
        audit.record(new AuditEvent.ConnectionDropped(ORIGIN, "dropped: max-startups"));
        audit.record(new AuditEvent.ConnectionDropped(ORIGIN, "dropped: max-startups"));
        assertThat(now().connections().dropped()).isEqualTo(2);
    }

    @Test
    void aCertificateThatIsOverIsAProblem() throws Exception {
        hostKeys = List.of(new GatewayStatus.HostKey("ssh-ed25519", "SHA256:abc", "2026-01-31T12:00:01Z"));
        assertThat(now().problems()).isEmpty();
        clock.advance(Duration.ofSeconds(2));
        assertThat(now().problems())
                .containsExactly("the certificate of the host key ssh-ed25519 expired at 2026-01-31T12:00:01Z");
    }

    @Test
    void whatIsNotRecordedIsAProblemUntilAnotherOneIs() throws Exception {
        failures = new Recordings.Failures(2, Optional.of("No space left on device"));
        assertThat(now().problems())
                .containsExactly("the last session to be recorded was not recorded: No space left on device");
        failures = new Recordings.Failures(2, Optional.empty());
        assertThat(now().problems()).isEmpty();
        assertThat(now().recordings().failed()).isEqualTo(2);
    }

    @Test
    void anEngineThatHangsIsAskedOnce() throws Exception {
        var asked = new AtomicInteger();
        var back = new CountDownLatch(1);
        var engine = (ContainerEngine) Proxy.newProxyInstance(
                ContainerEngine.class.getClassLoader(), new Class<?>[] {ContainerEngine.class}, (_, method, _) -> {
                    assertThat(method.getName()).isEqualTo("list");
                    asked.incrementAndGet();
                    back.await();
                    return List.of();
                });
        var report = report(engine, new FakeRuntime(), Duration.ofSeconds(1));
        for (int i = 0; i < 3; i++) {
            var now = report.now(_ -> true);
            assertThat(now.engine().reachable()).isFalse();
            assertThat(now.problems()).singleElement().asString().isEqualTo("the engine has not answered within 1 s");
        }
        assertThat(asked).hasValue(1);
        back.countDown();
    }
}
