package dev.shed.gateway.recording;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPressesTest {
    private static boolean hasKeys(String... pieces) {
        var keys = new KeyPresses();
        boolean any = false;
        for (var piece : pieces) {
            var bytes = piece.getBytes(ISO_8859_1);
            any |= keys.in(bytes, 0, bytes.length);
        }
        return any;
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "\r", "\033", "\033[A", "\033OP", "\033[200~pasted", "\033x", "\002d", "\033[3~"})
    void keysAreTyping(String input) {
        assertThat(hasKeys(input)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\033[?62;22c",
                "\033[>41;354;0c",
                "\033[I",
                "\033[O",
                "\033[<0;10;10M",
                "\033[M ab",
                "\033P>|XTerm(379)\033\\",
                "\033]11;rgb:0000/0000/0000\033\\"
            })
    void whatATerminalAnswersIsNot(String input) {
        assertThat(hasKeys(input)).isFalse();
    }

    /// Who sends the beginning of an answer, or a whole one, in front of what is typed.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\033[Irm -rf /\r",
                "\033[O\r",
                "\033[<0;10;10Mrm\r",
                "\033[<rm\r",
                "\033[?\r",
                "\033[M abcrm\r",
                "\033]11;rgb:0000/0000/0000\033\\rm\r",
                "\033]11;rgb:0000/0000/0000\007rm\r",
                "\033P>|XTerm(379)\033\\rm\r",
                "\033\033[I"
            })
    void whatIsTypedBehindAnAnswerIs(String input) {
        assertThat(hasKeys(input)).isTrue();
        assertThat(hasKeys(input.split("(?<=[IOM\\\\\007])"))).isTrue();
    }

    @Test
    void anAnswerInPiecesIsStillOne() {
        assertThat(hasKeys("\033]11;rgb:0000/", "0000/0000", "\033\\")).isFalse();
        assertThat(hasKeys("\033[<0;1", "0;10M")).isFalse();
        assertThat(hasKeys("\033[M a", "b", "\033[I")).isFalse();
        assertThat(hasKeys("\033P>|XTerm", "(379)\033", "\\")).isFalse();
    }

    @Test
    void anAnswerWithoutEndIsTyping() {
        assertThat(hasKeys("\033]11;ls", "\r")).isTrue();
        assertThat(hasKeys("\033P", "\003")).isTrue();
        assertThat(hasKeys("\033]11;\033x")).isTrue();
        assertThat(hasKeys("\033]" + "rm -rf /\r".repeat(1000))).isTrue();
        assertThat(hasKeys("\033[<" + "1".repeat(10_000))).isTrue();
    }
}
