package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.failure.ShedException;
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
    void findsTextOnAScreen(String regex, String found) throws InterruptedException {
        assertThat(ScreenPattern.parse(regex, "", "").find("hello\ndo you want? [y/n]\ndone\nü x"))
                .contains(found);
    }

    @Test
    void whatIsNotThereIsNotFound() throws InterruptedException {
        assertThat(ScreenPattern.parse("^you", "", "").find("do you\n")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a", "[", "*", "\\", "(?<n>x)\\k<n>", "(?=x)"})
    void whatIsNoExpressionIsAUsageError(String regex) {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> ScreenPattern.parse(regex, "wait", ""))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo("USAGE"));
    }

    @Test
    void aLongOneIsAUsageError() {
        assertThatExceptionOfType(ShedException.class).isThrownBy(() -> ScreenPattern.parse("a".repeat(1001), "", ""));
    }

    /// With Java's own expressions each of these takes longer than anybody lives, or more stack than there is.
    @ParameterizedTest
    @ValueSource(strings = {"(a+)+$", "(a|aa)+$", "(.*a){20}b", "(a|b)*c"})
    void oneThatWouldBacktrackForEverIsSearchedOnce(String regex) throws InterruptedException {
        var screen = "a".repeat(30_000) + "!";
        assertThat(ScreenPattern.parse(regex, "wait", "").find(screen)).isEmpty();
    }

    @Test
    void aSearchThatTakesTooLongIsGivenUp() {
        var pattern = ScreenPattern.parse("(x|a|aa|aaa|a*b|(a|b)*c){400}z", "wait", "");
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> pattern.find("a".repeat(4_000_000)))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo("USAGE"));
    }

    /// It would be compiled into more than there is memory.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "((){2147483647}){2147483647}z",
                "((a{1000}){1000}){1000}",
                "(((((((((((((((a{2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2})",
                "((a{99,}){99,}",
                "(?:(?:[a{]{500}){500})",
                "((a{200}[)(]){200}[)(]){200}",
                "((a{200}[])(]){200}[^])(]){200}",
                "((a{200}[[:alpha:])(]){200}[\\])(]){200}",
                "((a{200}\\Q)(\\E){200}\\Q)(\\E){200}"
            })
    void oneThatRepeatsTooMuchIsAUsageError(String regex) {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> ScreenPattern.parse(regex, "wait", ""))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo("USAGE"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}",
                ".{0,200}error.{0,200}",
                "((\\d{1,3}\\.){3}\\d{1,3}[ ,]*){1,20}$",
                "\\{100000\\}",
                "(?i)^(tests? passed|build (failed|succeeded))$"
            })
    void onesThatPeopleWriteAreTaken(String regex) {
        assertThat(ScreenPattern.parse(regex, "wait", "")).isNotNull();
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
        var duration = new DurationConverter().convert(text);
        assertThat(duration).hasMillis(milliseconds);
        assertThat(DurationConverter.text(duration)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "-1s", "1.5s", "10 s", "1d", "9999999h", "١s"})
    void whatIsNoSpanIsRefused(String text) {
        assertThatThrownBy(() -> new DurationConverter().convert(text)).isInstanceOf(TypeConversionException.class);
    }
}
