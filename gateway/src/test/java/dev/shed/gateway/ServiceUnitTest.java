package dev.shed.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.config.GatewayConfig;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The units that are shipped, and the manifest of a cluster, fit the program.
class ServiceUnitTest {
    private static final Pattern TIMEOUT =
            Pattern.compile("(?m)^(?:TimeoutStopSec=| *terminationGracePeriodSeconds: )(\\d+)$");

    /// For what the program does before and after it.
    private static final Duration MARGIN = Duration.ofSeconds(5);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config/shed-gateway.service",
                "packages/gateway/shed-gateway.service",
                "config/kubernetes/gateway.yaml"
            })
    void whoeverStopsTheGatewayWaitsUntilItHasStopped(String unit) {
        var timeout = TIMEOUT.matcher(Sources.read(Sources.PROJECT.resolve(unit)));
        assertThat(timeout.find()).isTrue();
        assertThat(Duration.ofSeconds(Long.parseLong(timeout.group(1))))
                .isGreaterThanOrEqualTo(
                        GatewayConfig.Ssh.DRAIN_TIMEOUT.plus(Main.STOPPING).plus(MARGIN));
    }
}
