package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.config.Metrics;
import dev.shed.gateway.metrics.Http;
import dev.shed.gateway.metrics.Scrape;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The pages of a gateway with a real engine.
class MetricsIT {
    @Test
    void theEngineAndThePortersAreMeasured() throws Exception {
        try (var gateway = LiveGateway.start(new Metrics(Optional.of("127.0.0.1:0")))) {
            var address = gateway.metrics();
            assertThat(Http.get(address, "/readyz").body()).isEqualTo("listener ok\nengine ok\nstate ok\n");

            var shed = gateway.place().newShed();
            assertThat(gateway.ssh(shed + "@gw", "head -c 100000 /dev/zero").status())
                    .isZero();
            gateway.audit().await(AuditEvent.ChannelEnded.class, 2);

            var scrape = Scrape.of(address);
            assertThat(scrape.value("shed_porters{mode=\"resident\"}")).isPositive();
            assertThat(scrape.value("shed_porter_start_duration_seconds_count{mode=\"resident\"}"))
                    .isPositive();
            assertThat(scrape.value("shed_engine_request_duration_seconds_count{result=\"ok\"}"))
                    .isPositive();
            assertThat(scrape.value("shed_login_stage_duration_seconds_count{stage=\"process\"}"))
                    .isEqualTo(1);
            assertThat(scrape.value("shed_verb_duration_seconds_count{result=\"ok\",verb=\"create\"}"))
                    .isEqualTo(1);
            assertThat(scrape.value("shed_channel_sent_bytes_total")).isGreaterThanOrEqualTo(100_000);
            assertThat(scrape.text()).doesNotContain(shed);
        }
    }
}
