package dev.shed.gateway.tmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.ByteString;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Screens of 20 by 4.
class PasteEvidenceTest {
    private static final int STILL = 60;
    private static final int MOVING = 0;

    private static Screen screen(int silent, int history, String... lines) {
        var pane = new Pane(
                "%1", 7, "/dev/pts/1", 20, 4, 0, 0, history, false, false, false, Duration.ofSeconds(silent), "sh", "");
        return new Screen(pane, String.join("\n", List.of(lines)) + "\n");
    }

    private static boolean shows(Screen before, String text, Screen... later) {
        var evidence = new PasteEvidence(before, ByteString.of(text));
        boolean shown = false;
        long half = Duration.ofMillis(500).toNanos();
        for (int i = 0; i < later.length; i++) {
            shown |= evidence.isIn(later[i], i * half);
        }
        return shown;
    }

    @Test
    void anyChangeIsEvidenceOnAScreenThatStoodStill() {
        var before = screen(STILL, 0, "> ", "", "", "");
        assertThat(shows(before, "text", before, before)).isFalse();
        assertThat(shows(before, "text", screen(0, 0, "> ****", "", "", ""))).isTrue();
    }

    @Test
    void aSpinnerAndAClockAreNone() {
        var before = screen(MOVING, 0, "| 1 s", "Allow?", "", "");
        var turns = new Screen[] {
            screen(0, 0, "/ 1 s", "Allow?", "", ""),
            screen(0, 0, "- 1 s", "Allow?", "", ""),
            screen(0, 0, "| 2 s", "Allow?", "", ""),
            screen(0, 0, "/ 2 s", "Allow?", "", ""),
            screen(0, 0, "- 3 s", "Allow?", "", ""),
            screen(0, 0, "| 3 s", "Allow?", "", "")
        };
        assertThat(shows(before, "no, do not", turns)).isFalse();
    }

    @Test
    void besideASpinnerTheTextIs() {
        var before = screen(MOVING, 0, "|", "> ", "", "");
        assertThat(shows(before, "do it now", screen(0, 0, "/", "> do it now", "", "")))
                .isTrue();
        assertThat(shows(before, "run the tests again", screen(0, 0, "/", "│ > run the te │", "│   sts again  │", "")))
                .isTrue();
        assertThat(shows(before, "one\ntwo\nthree", screen(0, 0, "/", "> [Pasted text #1]", "", "")))
                .isTrue();
        assertThat(shows(before, "first\nsecond\nthe last of all", screen(0, 0, "/", "  the last of all", "", "")))
                .isTrue();
    }

    @Test
    void textThatWasThereBeforeIsNone() {
        var before = screen(MOVING, 0, "|", "did: do it now", "Allow?", "");
        assertThat(shows(before, "do it now", screen(0, 0, "/", "did: do it now", "Allow?", "")))
                .isFalse();
        assertThat(shows(before, "do it now", screen(0, 0, "/", "did: do it now", "> do it now", "")))
                .isTrue();
    }

    @Test
    void aRowThatChangesOnceIs() {
        var before = screen(MOVING, 0, "|", "Key: ", "", "");
        var once = new Screen[] {
            screen(0, 0, "/", "Key: ****", "", ""),
            screen(0, 0, "-", "Key: ****", "", ""),
            screen(0, 0, "|", "Key: ****", "", ""),
            screen(0, 0, "/", "Key: ****", "", "")
        };
        assertThat(shows(before, "secret", once)).isTrue();
        assertThat(shows(before, "secret", once[0], once[1])).isFalse();
    }

    /// Of a program in the background, a line a second: each of them stays as it is, too.
    @Test
    void linesOfOutputAreNoneWhileTheyCome() {
        var before = screen(MOVING, 0, "Allow? [Y/n]", "1", "", "");
        var below = new Screen[] {
            screen(0, 0, "Allow? [Y/n]", "1", "2", ""),
            screen(0, 0, "Allow? [Y/n]", "1", "2", ""),
            screen(0, 0, "Allow? [Y/n]", "1", "2", "3"),
            screen(0, 0, "Allow? [Y/n]", "1", "2", "3"),
            screen(0, 1, "Allow? [Y/n]", "1", "2", "3", "4"),
            screen(0, 1, "Allow? [Y/n]", "1", "2", "3", "4"),
            screen(0, 2, "Allow? [Y/n]", "1", "2", "3", "4", "5"),
            screen(0, 2, "Allow? [Y/n]", "1", "2", "3", "4", "5")
        };
        assertThat(shows(before, "run the tests", below)).isFalse();
    }

    @Test
    void aLineMoreThatStaysTheLastIs() {
        var before = screen(MOVING, 0, "READY", "", "", "");
        var once = screen(0, 0, "READY", "13 bytes read", "", "");
        assertThat(shows(before, "run the tests", once, once, once, once)).isTrue();
    }

    @Test
    void textThatOutputHasScrolledAwayIs() {
        var before = screen(MOVING, 10, "1", "2", "3", "4");
        var text = "echo hi";
        var later = screen(
                0, 15, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "1", "2", "echo hi", "4", "5", "6", "7", "8",
                "9");
        assertThat(shows(before, text, later)).isTrue();
        var scrolledLongAgo =
                screen(0, 12, "echo hi", "b", "c", "d", "e", "f", "g", "h", "i", "j", "1", "2", "3", "4", "5", "6");
        assertThat(shows(before, text, scrolledLongAgo)).isFalse();
    }
}
