package dev.shed.gateway.tmux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentTextTest {
    /// The screen with `#` where the text stands.
    private static String marked(String sent, String screen) {
        var positions = SentText.of(sent).positionsIn(screen);
        return IntStream.range(0, screen.length())
                .mapToObj(at -> positions.get(at) ? "#" : screen.substring(at, at + 1))
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @CsvSource({
        "make test, $ make test, $ #########",
        "make test, │ make │ test │, │ ########### │",
        "make test, make it, make it",
        "ab, abab xab, #### x##",
        "aab, aaab, a###",
        "abac, ababac, ab####",
        "aa, aaa, ##a",
        "a🙂b, > a🙂b, > ####",
        "𝒳y, 𝒳y𝒳, ###𝒳"
    })
    void itIsFoundHoweverItIsDrawn(String sent, String screen, String marked) {
        assertThat(marked(sent, screen)).isEqualTo(marked);
    }

    @Test
    void eachOfItsLinesIsFound() {
        assertThat(marked("one\n\n  two\n", "$ one\n> two\n")).isEqualTo("$ ###\n> ###\n");
    }

    /// A search that begins anew at each letter would take minutes.
    @Test
    void aLongLineIsLookedForOnce() {
        var sent = SentText.of("a".repeat(130_000) + "b");
        assertThat(sent.positionsIn("a".repeat(4_000_000)).isEmpty()).isTrue();
    }

    /// A screen shows the beginning of a long text, or its end.
    @Test
    void ofManyLinesSomeAreLookedFor() {
        var text = IntStream.range(0, 60_000).mapToObj(i -> "line" + i).collect(Collectors.joining("\n"));
        assertThat(SentText.of(text).lines()).hasSize(200).contains("line0", "line59999");
    }
}
