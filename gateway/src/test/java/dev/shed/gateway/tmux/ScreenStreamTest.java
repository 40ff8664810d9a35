package dev.shed.gateway.tmux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScreenStreamTest {
    private static final String PANE = "%3\t7\t/dev/pts/1\t20\t2\t0\t0\t7\t0\t0\t0\t0\t60\tbash\tdemo\n";

    private final StringBuilder shown = new StringBuilder();

    private final ScreenStream.Listener listener = new ScreenStream.Listener() {
        @Override
        public void pane(Pane pane) {
            shown.append(pane.id()).append(':');
        }

        @Override
        public void text(String part) {
            shown.append(part);
        }

        @Override
        public void endOfLine() {
            shown.append('/');
        }
    };

    private void read(String answer, int chunk) throws IOException {
        try (var stream = new ScreenStream(1, true, listener)) {
            var bytes = answer.getBytes(UTF_8);
            for (int at = 0; at < bytes.length; at += chunk) {
                stream.write(bytes, at, Math.min(chunk, bytes.length - at));
            }
            stream.end();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 1000})
    void whereItIsCutMakesNoDifference(int chunk) throws IOException {
        read(PANE + "äö 漢🙂\n\n\u001b[1;31mred\u001b]8;;x\u001b\\ l", chunk);
        assertThat(shown).hasToString("%3:äö 漢🙂//\u001b[1;31mred l/");
    }

    @Test
    void aLineOfAnyLengthComesInParts() throws IOException {
        read(PANE + "x".repeat(100_000) + "\n", 8192);
        assertThat(shown).hasToString("%3:" + "x".repeat(100_000) + "/");
    }

    @Test
    void whatIsNoCharacterIsReplaced() throws IOException {
        try (var stream = new ScreenStream(0, false, listener)) {
            stream.write(PANE.getBytes(UTF_8));
            stream.write(new byte[] {'a', (byte) 0xff, 'b', (byte) 0xe6, (byte) 0xbc});
            stream.end();
        }
        assertThat(shown).hasToString("%3:a\ufffdb\ufffd/");
    }

    @Test
    void moreThanWasAskedForIsNoAnswer() {
        assertThatIllegalArgumentException().isThrownBy(() -> read(PANE + "1\n2\n3\n4\n", 100));
        assertThat(shown).startsWith("%3:1/2/3/").doesNotEndWith("4/");
    }

    @Test
    void neitherIsWhatHasNoDescription() {
        assertThatIllegalArgumentException().isThrownBy(() -> read("text\n", 100));
        assertThatIllegalArgumentException().isThrownBy(() -> read("", 100));
        assertThatIllegalArgumentException().isThrownBy(() -> read("x".repeat(70_000), 1000));
    }
}
