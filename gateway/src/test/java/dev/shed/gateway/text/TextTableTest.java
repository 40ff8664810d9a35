package dev.shed.gateway.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTableTest {
    @Test
    void columnsAreAlignedAndLinesDoNotEndInSpaces() {
        var table = new TextTable("A", "LONG", "C");
        table.row("wide cell", "x", "");
        table.row("y", "", "last");
        assertThat(table).hasToString("""
                A            LONG    C
                wide cell    x       \n\
                y                    last
                """);
    }

    @Test
    void columnsAreDroppedInTheirOrderUntilTheRestFits() {
        var table = new TextTable("ONE", "TWO", "THREE").dropping("TWO", "ONE");
        table.row("1", "漢字漢字漢字", "3");
        assertThat(table.lines(28)).containsExactly("ONE    TWO             THREE", "1      漢字漢字漢字    3");
        assertThat(table.lines(0)).isEqualTo(table.lines(28));
        assertThat(table.lines(27)).containsExactly("ONE    THREE", "1      3");
        assertThat(table.lines(11)).containsExactly("THREE", "3");
        assertThat(table.lines(4)).containsExactly("THR…", "3");
    }

    /// Each row is as wide as the widest cell.
    @Test
    void oneCellFillsNoMemory() {
        var table = new TextTable("NAME", "X");
        table.row("n".repeat(1_000_000), "x");
        IntStream.range(0, 20_000).forEach(_ -> table.row("short", "x"));
        assertThat(table.lines(0)).hasSize(20_002).allMatch(line -> line.length() == 505);
    }

    @Test
    void foreignTextIsEscaped() {
        assertThat(new TextTable("a\nb", "\u001b[2J")).hasToString("a\\nb    \\x1b[2J\n");
    }

    @ParameterizedTest
    @CsvSource({
        "abc, 3",
        "é, 1",
        "e\u0301, 1",
        "漢字, 4",
        "한글, 4",
        "ひらカナ, 8",
        "ｶﾅ, 2",
        "ＡＢ, 4",
        "🙂, 2",
        "☺, 1",
        "😀a, 3",
        "'', 0"
    })
    void widthIsWhatATerminalGives(String text, int cells) {
        assertThat(TextTable.width(text)).isEqualTo(cells);
    }

    /// A cut within a colour would leave the terminal yellow.
    @Test
    void aColourTakesNoWidthAndALineThatIsCutHasNone() {
        var table = new TextTable(1, List.of("A", "B"));
        table.row("one", "two");
        table.colour(1);
        assertThat(table.lines(7)).containsExactly("A   B", "one \u001b[33mtwo\u001b[0m");
        assertThat(table.lines(6)).containsExactly("A   B", "one t…");
    }
}
