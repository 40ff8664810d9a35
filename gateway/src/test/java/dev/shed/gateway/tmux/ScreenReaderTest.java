package dev.shed.gateway.tmux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScreenReaderTest {
    @ParameterizedTest
    @CsvSource({
        "'plain', 'plain'",
        "'\u001b[1m\u001b[38;2;1;2;3mx\u001b[0m', 'x'",
        "'\u001b[4:3mx', 'x'",
        "'a\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\b', 'alinkb'",
        "'a\u001b]2;title\u0007b', 'ab'",
        "'\u001b]never closed', ''",
        "'a\u001b', 'a'",
        "'a\u001b[', 'a'",
        "'a\u001b[12', 'a'",
        "'\u001b[2Jx\u001b[?25ly', 'xy'",
        "'\u000elqqk\u000fq', '┌──┐q'",
        "'a\u009b31mb\u0007\u202ec\u2028', 'a31mbc'",
        "'👩\u200d👩', '👩\u200d👩'"
    })
    void onlyTextIsText(String captured, String expected) {
        assertThat(String.join("|", ScreenReader.lines(captured, false))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'\u001b[1m\u001b[38;2;1;2;3mx\u001b[0m', '\u001b[1m\u001b[38;2;1;2;3mx\u001b[0m'",
        "'\u001b[2J\u001b[?1m\u001b[>4;2mx', 'x'",
        "'\u001b]8;;u\u001b\\x', 'x'"
    })
    void coloursAreKeptAndNothingElse(String captured, String expected) {
        assertThat(String.join("|", ScreenReader.lines(captured, true))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"'a\n\n\nb\n\n', 'a,,,b,'", "'', ''", "'\n', ''"})
    void blankLinesAreLines(String captured, String expected) {
        var lines = ScreenReader.lines(captured, false);
        assertThat(String.join(",", lines)).isEqualTo(expected);
        assertThat(lines).hasSize((int) captured.chars().filter(c -> c == '\n').count());
    }

    @Property
    void nothingHostileIsLeft(@ForAll List<@CharRange(from = 0, to = 0xa0) Character> characters) {
        var captured = new StringBuilder();
        characters.forEach(captured::append);
        var lines = String.join("", ScreenReader.lines(captured.toString(), true));
        assertThat(lines.replaceAll("\u001b\\[[0-9;:]*m", "")).doesNotContainPattern("\\p{Cc}");
    }
}
