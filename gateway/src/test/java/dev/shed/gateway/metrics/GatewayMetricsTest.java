package dev.shed.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditEvent.Actor;
import dev.shed.gateway.audit.AuditEvent.Deed;
import dev.shed.gateway.audit.AuditEvent.Ending;
import dev.shed.gateway.audit.AuditEvent.Forward;
import dev.shed.gateway.audit.AuditEvent.Origin;
import dev.shed.gateway.audit.AuditEvent.Subject;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What each event of the audit log changes.
class GatewayMetricsTest {
    private static final Origin ORIGIN = new Origin("conn-1", "192.0.2.1:5");
    private static final Actor ACTOR = new Actor("me@secret-laptop", "SHA256:secret");
    private static final Duration TWO = Duration.ofSeconds(2);

    private final GatewayMetrics metrics = new GatewayMetrics();

    private double value(String sample) {
        return scrape().value(sample);
    }

    private Scrape scrape() {
        return new Scrape(metrics.registry().scrape());
    }

    private void channel(String kind, String verb, String outcome, int exit) {
        var subject = new Subject("conn-1/ch-0", "secret-login", "secret-shed", "secret-session", kind, verb);
        metrics.count(new AuditEvent.ChannelEnded(ORIGIN, ACTOR, subject, new Ending(outcome, exit, TWO, 3, 4)));
    }

    private static Forward forward(String kind) {
        return new Forward("conn-1/ch-0", "secret-login", "secret-shed", kind, "secret-host:1");
    }

    @Test
    void connections() {
        metrics.count(new AuditEvent.ConnectionOpened(ORIGIN));
        metrics.count(new AuditEvent.ConnectionOpened(ORIGIN));
        metrics.count(new AuditEvent.ConnectionDropped(ORIGIN, "dropped: secret"));
        metrics.count(new AuditEvent.ConnectionClosed(ORIGIN, TWO));
        assertThat(value("shed_connections_opened_total")).isEqualTo(2);
        assertThat(value("shed_connections_dropped_total")).isEqualTo(1);
        assertThat(value("shed_connection_duration_seconds_count")).isEqualTo(1);
        assertThat(value("shed_connection_duration_seconds_sum")).isEqualTo(2);
        assertThat(scrape().text()).doesNotContain("secret", "conn-1", "192.0.2");
    }

    @Test
    void channels() {
        channel("shell", "", "exit", 0);
        channel("shell", "", "SHED_STOPPED", 75);
        assertThat(value("shed_channels_ended_total{kind=\"shell\",outcome=\"exit\"}"))
                .isEqualTo(1);
        assertThat(value("shed_channels_ended_total{kind=\"shell\",outcome=\"SHED_STOPPED\"}"))
                .isEqualTo(1);
        assertThat(value("shed_channel_duration_seconds_bucket{kind=\"shell\",le=\"1.0\"}"))
                .isZero();
        assertThat(value("shed_channel_duration_seconds_bucket{kind=\"shell\",le=\"10.0\"}"))
                .isEqualTo(2);
        assertThat(value("shed_channel_duration_seconds_bucket{kind=\"shell\",le=\"604800.0\"}"))
                .isEqualTo(2);
        assertThat(scrape().text()).doesNotContain("secret", "shed_verb");
    }

    @ParameterizedTest
    @CsvSource({
        "sessions, exit, 0, sessions, ok",
        "sessions --json, exit, 76, sessions, failed",
        "'peek secret-session', SHED_STOPPED, 75, peek, failed",
        "'create --env A=secret x', exit, 0, create, ok",
        "sftp, exit, 0, sftp, ok",
        "events --follow, peer-gone, -1, events, gone",
        "secret, USAGE, 64, other, failed",
        "'', exit, 0, '', ''",
    })
    void verbs(String line, String outcome, int exit, String verb, String result) {
        channel("exec", line, outcome, exit);
        var sample = "shed_verb_duration_seconds_count{result=\"" + result + "\",verb=\"" + verb + "\"}";
        assertThat(value(sample)).isEqualTo(line.isEmpty() ? 0 : 1);
        assertThat(scrape().text()).doesNotContain("secret");
    }

    @Test
    void forwards() {
        metrics.count(new AuditEvent.ForwardClosed(ORIGIN, ACTOR, forward("direct-tcpip"), TWO, 5, 6));
        metrics.count(new AuditEvent.ForwardRefused(ORIGIN, ACTOR, forward("tcpip-forward"), "secret"));
        assertThat(value("shed_forward_duration_seconds_count{kind=\"direct-tcpip\"}"))
                .isEqualTo(1);
        assertThat(value("shed_forwards_refused_total{kind=\"tcpip-forward\"}")).isEqualTo(1);
        assertThat(scrape().text()).doesNotContain("secret");
    }

    @Test
    void answersToAgents() {
        var deed = new Deed("secret-login", "secret-shed", "secret-session", "approve", "secret-id");
        metrics.count(new AuditEvent.QuestionAnswered(ORIGIN, ACTOR, deed, "secret question", "done"));
        metrics.count(new AuditEvent.QuestionAnswered(ORIGIN, ACTOR, deed, "secret question", "STALE"));
        assertThat(value("shed_answers_total{kind=\"approve\",result=\"ok\"}")).isEqualTo(1);
        assertThat(value("shed_answers_total{kind=\"approve\",result=\"failed\"}"))
                .isEqualTo(1);
        assertThat(scrape().text()).doesNotContain("secret");
    }

    @Test
    void whatThePartsTell() {
        metrics.loginStage("shed", Duration.ofMillis(3));
        metrics.engineRequest("refused", Duration.ofMillis(3));
        metrics.porterStart("resident", Duration.ofMillis(3));
        assertThat(value("shed_login_stage_duration_seconds_bucket{stage=\"shed\",le=\"0.002\"}"))
                .isZero();
        assertThat(value("shed_login_stage_duration_seconds_bucket{stage=\"shed\",le=\"0.005\"}"))
                .isEqualTo(1);
        assertThat(value("shed_engine_request_duration_seconds_count{result=\"refused\"}"))
                .isEqualTo(1);
        assertThat(value("shed_porter_start_duration_seconds_count{mode=\"resident\"}"))
                .isEqualTo(1);
    }

    /// Whatever a client sends, the number of time series stays what it is.
    @Test
    void wordsThatAreMadeUpMakeNoTimeSeries() {
        for (int i = 0; i < 100; i++) {
            channel("kind" + i, "verb" + i, "OUTCOME" + i, 1);
            metrics.count(new AuditEvent.ForwardRefused(ORIGIN, ACTOR, forward("forward" + i), "no"));
        }
        var few = scrape().text().lines().count();
        assertThat(few).isLessThan(100);
        assertThat(scrape().text()).doesNotContain("verb1", "kind1", "OUTCOME1", "forward1");
    }
}
