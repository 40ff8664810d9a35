package dev.shed.gateway.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.failure.ShedException;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordsTest {
    static List<Arguments> lines() {
        return List.of(
                Arguments.of("", List.of()),
                Arguments.of(" \t\r\n ", List.of()),
                Arguments.of("kill debug", List.of("kill", "debug")),
                Arguments.of("  kill \t debug\n", List.of("kill", "debug")),
                Arguments.of("send 'a  b' \"c  d\" e\\ \\ f", List.of("send", "a  b", "c  d", "e  f")),
                Arguments.of("a'b'\"c\"d", List.of("abcd")),
                Arguments.of("'' \"\" x", List.of("", "", "x")),
                Arguments.of("'\\' \"\\\\ \\\" \\$ \\` \\n\" \\'", List.of("\\", "\\ \" $ ` \\n", "'")),
                Arguments.of(
                        "$HOME `id` $(id) *.c ~ a;b a|b a&b >x #c {a,b}",
                        List.of("$HOME", "`id`", "$(id)", "*.c", "~", "a;b", "a|b", "a&b", ">x", "#c", "{a,b}")),
                Arguments.of("漢字 🙂", List.of("漢字", "🙂")));
    }

    private static List<String> split(String line) {
        return ShellWords.of(line, Integer.MAX_VALUE - 1).requireBalanced();
    }

    @ParameterizedTest
    @CsvSource({"0, '', true", "1, a, true", "2, 'a|b c', true", "3, 'a|b c|d', false", "4, 'a|b c|d', false"})
    void noMoreWordsAreReadThanAreAskedFor(int most, String words, boolean more) {
        var read = ShellWords.of("a \"b c\" d \t\n", most);
        assertThat(String.join("|", read.list())).isEqualTo(words);
        assertThat(read.more()).isEqualTo(more);
        assertThat(ShellWords.of("a \"b c\" d '", 3).balance())
                .as("the rest is not looked at")
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"2, 'a|''b', true", "3, 'a|''b|c', false"})
    void whereQuotesDoNotBalanceItIsCutAtWhiteSpace(int most, String words, boolean more) {
        var read = ShellWords.of(" a 'b  c ", most);
        assertThat(read.balance()).isFalse();
        assertThat(String.join("|", read.list())).isEqualTo(words);
        assertThat(read.more()).isEqualTo(more);
    }

    @ParameterizedTest
    @MethodSource("lines")
    void aLineSplitsAsInAShellAndNothingIsExpanded(String line, List<String> words) {
        assertThat(split(line)).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'", "\"", "\\", "kill 'a", "kill \"a\\\"", "kill a\\", "\"a\\"})
    void whatDoesNotBalanceIsAUsageError(String line) {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> split(line))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo("USAGE"));
    }

    @Property
    void quotedWordsComeBackAsTheyWere(@ForAll List<String> words) {
        var line = words.stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
        assertThat(split(line)).isEqualTo(words);
    }

    @Property
    void anyLineSplitsOrIsRefused(@ForAll String line) {
        try {
            split(line);
        } catch (ShedException e) {
            assertThat(e.failure().code()).isEqualTo("USAGE");
        }
    }
}
