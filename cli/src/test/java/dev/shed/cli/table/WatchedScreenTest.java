package dev.shed.cli.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchedScreenTest {
    private static final TerminalSize UNLIMITED = new TerminalSize(0, 0);

    private static String frame(TerminalSize size, int sessions, String... notices) {
        var table = new Table("SHED", "SESSION", "WINDOWS").dropping(List.of("WINDOWS"));
        Stream.iterate(1, i -> i <= sessions, i -> i + 1).forEach(i -> table.row("demo", "s" + i, "1"));
        return new WatchedScreen.Content(table, List.of(notices)).frame(size);
    }

    /// What is seen of a frame.
    private static List<String> seen(String frame) {
        return frame.replaceAll("\u001b\\[[HKJ]", "").lines().toList();
    }

    @Test
    void itIsDrawnOverTheOneBefore() {
        assertThat(frame(new TerminalSize(80, 24), 1, "shed: server 'b': no answer"))
                .isEqualTo("\u001b[HSHED    SESSION    WINDOWS\u001b[K\r\ndemo    s1         1\u001b[K\r\n"
                        + "shed: server 'b': no answer\u001b[K\r\n\u001b[J");
    }

    @Test
    void itsHeadStaysAndTheLastLineSaysHowManyMoreThereAre() {
        assertThat(seen(frame(new TerminalSize(80, 6), 9)))
                .containsExactly(
                        "SHED    SESSION    WINDOWS",
                        "demo    s1         1",
                        "demo    s2         1",
                        "demo    s3         1",
                        "… 6 more");
        assertThat(seen(frame(new TerminalSize(80, 6), 9, "shed: oh")))
                .containsExactly(
                        "SHED    SESSION    WINDOWS",
                        "demo    s1         1",
                        "demo    s2         1",
                        "… 7 more",
                        "shed: oh");
        assertThat(seen(frame(new TerminalSize(80, 6), 4))).hasSize(5).doesNotContain("more");
        assertThat(seen(frame(UNLIMITED, 400))).hasSize(401);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "10,3", "15,5", "16,40"})
    void noFrameIsLargerThanTheScreen(int columns, int rows) {
        var frame = frame(new TerminalSize(columns, rows), 50, "shed: 漢字漢字漢字漢字", "shed: b", "shed: c");
        assertThat(seen(frame)).hasSizeBetween(1, Math.max(1, rows - 1));
        assertThat(seen(frame)).allSatisfy(line -> assertThat(Table.width(line)).isLessThanOrEqualTo(columns));
        assertThat(frame).startsWith("\u001b[H").endsWith("\u001b[J");
    }

    @Test
    void aLineThatFillsTheScreenKeepsItsLastCell() {
        assertThat(frame(new TerminalSize(15, 24), 1)).contains("SHED    SESSION\r\n", "s1\u001b[K\r\n");
    }
}
