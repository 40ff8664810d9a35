package dev.shed.gateway.recording;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedProcessTest {
    private static boolean hasKeys(String input) {
        var bytes = input.getBytes(ISO_8859_1);
        return RecordedProcess.hasKeys(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "\r", "\033", "\033[A", "\033OP", "\033[200~pasted", "\033x", "\002d"})
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
                "\033[M abc",
                "\033P>|XTerm(379)\033\\",
                "\033]11;rgb:0000/0000/0000\033\\"
            })
    void whatATerminalAnswersIsNot(String input) {
        assertThat(hasKeys(input)).isFalse();
    }
}
