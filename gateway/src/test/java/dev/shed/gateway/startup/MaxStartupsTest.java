package dev.shed.gateway.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaxStartupsTest {
    /// What sshd.c computes for the same numbers.
    @ParameterizedTest
    @CsvSource({"0, 0", "9, 0", "10, 30", "11, 30", "55, 65", "99, 99", "100, 100", "5000, 100"})
    void soManyOfAHundredAreDropped(int others, int dropped) {
        var limit = MaxStartups.parse("10:30:100");
        long count = java.util.stream.IntStream.range(0, 100)
                .filter(draw -> limit.drops(others, draw))
                .count();
        assertThat(count).isEqualTo(dropped);
    }

    @Test
    void oneNumberIsALimitWithoutChance() {
        var limit = MaxStartups.parse("10");
        assertThat(limit.drops(9, 0)).isFalse();
        assertThat(limit.drops(10, 99)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "0:30:10",
                "10:0:20",
                "10:101:20",
                "20:30:10",
                "10:30",
                "1:2:3:4",
                "a",
                "-1",
                "10:30:1000000"
            })
    void anythingElseIsNoLimit(String text) {
        assertThatThrownBy(() -> MaxStartups.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
