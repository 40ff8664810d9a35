package dev.shed.gateway.tmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.tmux.Activity.Signs;
import dev.shed.gateway.tmux.Activity.State;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ActivityTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);

    @ParameterizedTest
    @CsvSource({
        // output, title, state
        "'999999* ',           '',                BUSY, output 1 s ago",
        "'999991* ',           host,              BUSY, output 9 s ago",
        "'999990* ',           host,              IDLE, no output for 10 s",
        "'999000 999998* ',    host,              BUSY, output 2 s ago",
        "'999998 999000* ',    host,              BUSY, output 2 s ago",
        "'1000005* ',          host,              BUSY, output 0 s ago",
        "'999999!* ',          host,              BELL, 'it rang the bell, and nobody has looked since'",
        "'999000! 999999* ',   ⠂ fix,             BELL, 'it rang the bell, and nobody has looked since'",
        "'999999* ',           ✳ fix the tests,   BUSY, output 1 s ago",
        "'999990* ',           ✳ fix the tests,   IDLE, no output for 10 s",
        "'@0//1$ 999985* ',    ⠂ fix,             IDLE, no output for 15 s",
        "'@0//1 999985* ',     ⠂ fix,             BUSY, 'output 15 s ago, title ''⠂ fix'' says that it works'",
        "'999970* ',           ⠂ fix,             BUSY, 'output 30 s ago, title ''⠂ fix'' says that it works'",
        "'999940* ',           ⠂ fix,             IDLE, no output for 60 s",
        "'999000* ',           ✋ Action Required, BELL, '''✋ Action Required'' asks for somebody'",
        // Nobody was ever there, though the session was made in that second; somebody left before; attached; came
        // since.
        "'@0//999000 999000* ',            ✋, BELL, '''✋'' asks for somebody'",
        "'@0/998000/998100 999000* ',      ✋, BELL, '''✋'' asks for somebody'",
        "'@0/998000/999000 999000* ',      ✋, BELL, '''✋'' asks for somebody'",
        "'@1/998000/998100 999000* ',      ✋, IDLE, no output for 1000 s",
        "'@0/999000/999000 999000* ',      ✋, IDLE, no output for 1000 s",
        "'@0/998999/999001 999000* ',      ✋, IDLE, no output for 1000 s",
    })
    void isTakenFromBellsOutputAndTitle(String windows, String title, State state, String evidence) {
        var activity = Activity.of(Signs.parse(windows, title), NOW);

        assertThat(activity.state()).isEqualTo(state);
        assertThat(activity.evidence()).isEqualTo(evidence);
    }

    @Test
    void tellsWhenThereWasOutput() {
        assertThat(Activity.of(Signs.parse("999000 999800* ", "host"), NOW).at())
                .isEqualTo(Instant.ofEpochSecond(999_800));
        assertThat(Activity.of(Signs.parse("999000! 999800* ", "host"), NOW).at())
                .isEqualTo(Instant.ofEpochSecond(999_000));
    }

    /// What is kept does not grow with the number of windows, which a container may make up.
    @Test
    void windowsAreNotKeptOneByOne() {
        var many = Signs.parse("@0/0/5 " + "7 ".repeat(10_000) + "9! 8* 3! ", "host");

        assertThat(many).isEqualTo(Signs.parse("@0/0/5 3! 9! 8* ", "host"));
        assertThat(many).isNotEqualTo(Signs.parse("@0/0/5 9! 7* ", "host"));
    }

    @Test
    void evidenceOfAHostileTitleIsPrintable() {
        var title = "⠂ \u001b[2J\n" + "x".repeat(100) + "\ud83d\ude00";

        var evidence = Activity.of(Signs.parse("999999* ", title), NOW).evidence();

        assertThat(evidence).doesNotContain("\u001b", "\n").hasSizeLessThan(120);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "*",
                "!*",
                "x",
                "1 x",
                "@1/2/3",
                "@x/1/1 5",
                "99999999999999999999",
                "9999999999999999",
                "-1"
            })
    void whatIsNotTmuxIsRefused(String windows) {
        assertThatThrownBy(() -> Signs.parse(windows, "")).isInstanceOf(IllegalArgumentException.class);
    }
}
