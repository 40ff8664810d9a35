package dev.shed.gateway.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelativeTimeTest {
    @ParameterizedTest
    @CsvSource({
        "-PT1H, just now",
        "PT0S, just now",
        "PT59S, just now",
        "PT1M, 1m ago",
        "PT30M59S, 30m ago",
        "PT59M59S, 59m ago",
        "PT1H, 1h ago",
        "PT1H29M59S, 1h ago",
        "PT1H30M, 2h ago",
        "P1D, 24h ago",
        "PT47H29M59S, 47h ago",
        "PT47H30M, 2d ago",
        "P13DT23H, 13d ago",
        "P14D, 2w ago",
        "P59DT23H, 8w ago",
        "P60D, 2mo ago",
        "P364D, 12mo ago",
        "P729DT23H, 24mo ago",
        "P730D, 2y ago",
        "P800D, 2y ago",
        "P4000D, 10y ago"
    })
    void theUnitIsChosenAsDockerPsDoes(Duration age, String words) {
        var now = Instant.parse("2026-01-25T12:00:00Z");
        assertThat(RelativeTime.of(now.minus(age), now)).isEqualTo(words);
    }
}
