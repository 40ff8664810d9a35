package dev.shed.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class QuotedTest {
    @Test
    void wordsAreQuotedOnce() {
        assertThat(Quoted.line(List.of("ls", "-l", "a file", "it's", "", "$(x)", "a\nb")))
                .isEqualTo("ls -l 'a file' 'it'\\''s' '' '$(x)' 'a\nb'");
    }
}
