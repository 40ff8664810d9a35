package dev.shed.gateway.tmux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoticeTest {
    static Stream<Arguments> lines() {
        return Stream.of(
                Arguments.of("p 17 1769335200", new Notice.Server("17 1769335200")),
                Arguments.of("s $0 default", new Notice.There(0, "default")),
                Arguments.of("k $3 /dev/pts/0", new Notice.Looking("/dev/pts/0", 3)),
                Arguments.of("e", new Notice.Begun()),
                Arguments.of("c $12 two words", new Notice.Created(12, "two words")),
                Arguments.of("c $12 #{pid}|%s$7 ü", new Notice.Created(12, "#{pid}|%s$7 ü")),
                Arguments.of("x $12", new Notice.Closed(12)),
                Arguments.of("r $12 new", new Notice.Renamed(12, "new")),
                Arguments.of("a $2 /dev/pts/7", new Notice.Attached("/dev/pts/7", 2)),
                Arguments.of("d /dev/pts/0", new Notice.Detached("/dev/pts/0")),
                Arguments.of("b $2", new Notice.Bell(2)),
                Arguments.of("l", new Notice.Lost()),
                Arguments.of(
                        "w $2 1769335200 1769335201!* |a|b",
                        new Notice.Shows(2, Activity.Signs.parse("1769335200 1769335201!* ", "a|b"))));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void isReadFromALine(String line, Notice notice) {
        assertThat(Notice.parse(line)).contains(notice);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "z",
                "c",
                "c ",
                "c $",
                "c $x y",
                "c $-1 y",
                "c $99999999999 y",
                "x",
                "x 1",
                "b $",
                "w $1",
                "w $1 |",
                "w $1 x |t",
                "w |",
                "a $",
                "no current target",
                "can't find session: x"
            })
    void whatNoTmuxSaysIsNoNotice(String line) {
        assertThat(Notice.parse(line)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a $2 client-77", "d client-77", "k $2 client-77"})
    void aClientWithoutATerminalIsNobody(String line) {
        assertThat(Notice.parse(line)).isEmpty();
    }

    /// Of a false tmux: what is kept of each session must not be what it likes.
    @Test
    void namesAndTitlesAreCut() {
        var name = "n".repeat(60_000);
        var cut = name.substring(0, Notice.MAX_NAME);

        assertThat(Notice.parse("s $1 " + name)).contains(new Notice.There(1, cut));
        assertThat(Notice.parse("c $1 " + name)).contains(new Notice.Created(1, cut));
        assertThat(Notice.parse("r $1 " + name)).contains(new Notice.Renamed(1, cut));
        assertThat(Notice.parse("a $1 " + name)).contains(new Notice.Attached(cut, 1));
        assertThat(Notice.parse("d " + name)).contains(new Notice.Detached(cut));
        assertThat(Notice.parse("k $1 " + name)).contains(new Notice.Looking(cut, 1));
        assertThat(Notice.parse("w $1 5* |" + name)).contains(new Notice.Shows(1, Activity.Signs.parse("5* ", cut)));
    }

    @Test
    void aWatchIsToldApartFromOthersByItsToken() {
        var one = new Watch("ab12").script();
        var other = new Watch("ab13").script();

        assertThat(one).contains("@shed-watch-ab12 ").doesNotContain("ab13");
        assertThat(other).contains("@shed-watch-ab13 ").doesNotContain("ab12");
    }
}
