package dev.shed.gateway.command;

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
        "PT1H, 1h ago",
        "PT2H59M, 2h ago",
        "P1D, 1d ago",
        "P364D, 364d ago",
        "P365D, 1y ago",
        "P800D, 2y ago"
    })
    void agesAreSaidInTheLargestUnit(Duration age, String words) {
        var now = Instant.parse("2026-01-25T12:00:00Z");
        assertThat(RelativeTime.of(now.minus(age), now)).isEqualTo(words);
    }
}
