package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.failure.ShedException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ScreenPatternTest {
    @ParameterizedTest
    @CsvSource({
        "want.*y/n, want? [y/n",
        "^done$, done",
        "^ü x$, ü x",
        "'', ''",
    })
    void findsTextOnAScreen(String regex, String found) {
        assertThat(ScreenPattern.parse(regex, "").find("hello\ndo you want? [y/n]\ndone\nü x"))
                .contains(found);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(ScreenPattern.parse("^you", "").find("do you\n")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a", "[", "*", "\\", "(?<n>x)\\k<m>"})
    void whatIsNoExpressionIsAUsageError(String regex) {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> ScreenPattern.parse(regex, "wait"))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo("USAGE"));
    }

    @Test
    void aLongOneIsAUsageError() {
        assertThatExceptionOfType(ShedException.class).isThrownBy(() -> ScreenPattern.parse("a".repeat(1001), ""));
    }

    /// Each of these takes longer than anybody lives, or more stack than there is.
    @ParameterizedTest
    @ValueSource(strings = {"(a+)+$", "(a|aa)+$", "(.*a){20}b", "(a|b)*c"})
    void oneThatBacktracksForEverIsGivenUp(String regex) {
        var screen = "a".repeat(30_000) + "!";
        var pattern = ScreenPattern.parse(regex, "wait");
        long before = System.nanoTime();

        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> pattern.find(screen))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo("USAGE"));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @CsvSource({
        "500ms, 500, 500ms",
        "10s, 10000, 10s",
        "7, 7000, 7s",
        "5m, 300000, 5m",
        "90s, 90000, 90s",
        "1h, 3600000, 1h"
    })
    void spansAreWrittenAsPeopleDo(String text, long milliseconds, String shown) {
        var span = new Span().convert(text);
        assertThat(span).hasMillis(milliseconds);
        assertThat(Span.text(span)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "-1s", "1.5s", "10 s", "1d", "9999999h", "١s"})
    void whatIsNoSpanIsRefused(String text) {
        assertThatThrownBy(() -> new Span().convert(text)).isInstanceOf(TypeConversionException.class);
    }
}
