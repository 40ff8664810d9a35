package dev.shed.gateway.picker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyDecoderTest {
    private static final String ESC = "\u001b";

    private static List<Key> keys(String typed) {
        return keys(new KeyDecoder(), typed.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Key> keys(KeyDecoder keyDecoder, byte[] typed) {
        var keys = new ArrayList<Key>();
        for (byte each : typed) {
            keyDecoder.feed(each & 0xff).ifPresent(keys::add);
        }
        keyDecoder.idle().ifPresent(keys::add);
        return keys;
    }

    @ParameterizedTest
    @CsvSource({
        "[A, UP",
        "OA, UP",
        "[B, DOWN",
        "OB, DOWN",
        "[H, HOME",
        "OH, HOME",
        "[1~, HOME",
        "[7~, HOME",
        "[F, END",
        "OF, END",
        "[4~, END",
        "[5~, PAGE_UP",
        "[6~, PAGE_DOWN",
        "OM, ENTER",
        "[200~, OTHER",
        "[1;5C, OTHER",
        "x, OTHER",
    })
    void sequencesAreOneKey(String rest, Key.Named key) {
        assertThat(keys(ESC + rest)).containsExactly(key);
    }

    @Test
    void controlCharactersAreKeys() {
        assertThat(keys("\u0003\u0004\r\n\u007f\b\u0015\f\u0001"))
                .containsExactly(
                        Key.Named.LEAVE,
                        Key.Named.LEAVE,
                        Key.Named.ENTER,
                        Key.Named.ENTER,
                        Key.Named.BACKSPACE,
                        Key.Named.BACKSPACE,
                        Key.Named.CLEAR,
                        Key.Named.REDRAW,
                        Key.Named.OTHER);
    }

    @Test
    void charactersAreWhole() {
        assertThat(keys("aü漢🚢"))
                .containsExactly(new Key.Text("a"), new Key.Text("ü"), new Key.Text("漢"), new Key.Text("🚢"));
    }

    @Test
    void escapeAloneIsAKeyOnceNothingFollows() {
        assertThat(keys(ESC)).containsExactly(Key.Named.ESCAPE);
        assertThat(keys(ESC + ESC)).containsExactly(Key.Named.ESCAPE, Key.Named.ESCAPE);
        assertThat(new KeyDecoder().feed(0x1b)).isEmpty();
    }

    @Test
    void noPartOfAForeignSequenceIsALetter() {
        assertThat(keys(ESC + "[<0;12;7Mq")).containsExactly(Key.Named.OTHER, new Key.Text("q"));
    }

    @Test
    void anythingMayBeTyped() {
        var random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            var typed = new byte[40];
            random.nextBytes(typed);
            var keyDecoder = new KeyDecoder();
            keys(keyDecoder, typed);
            // Whatever came before, two quiet moments and an Enter later it is an Enter again.
            keys(keyDecoder, new byte[] {'~', '~', '\r'});
            assertThat(keys(keyDecoder, new byte[] {'\r'})).containsExactly(Key.Named.ENTER);
        }
    }
}
