package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunTest {
    /// As `scripts/test &` in a script, or `nohup scripts/test`, has it for everything below.
    private static final List<String> BACKGROUND = List.of("sh", "-c", "trap '' INT QUIT HUP; exec \"$@\"", "sh");

    @Test
    void aProgramTakesSignalsHoweverTheTestsWereStarted() throws IOException {
        var words = new ArrayList<>(BACKGROUND);
        words.addAll(Run.builder("grep", "^SigIgn", "/proc/self/status").command());
        var result = Run.run(new ProcessBuilder(words), new byte[0]);
        // A bit for each, the lowest is SIGHUP; above 31 are those that the C library keeps for itself.
        assertThat(result.orFail()).matches("SigIgn:\t[0-9a-f]{8}[08]0{7}\n");
    }

    @Test
    void aStatusIsThePrograms() throws Exception {
        assertThat(Run.status(Run.builder("sh", "-c", "kill -TERM $$").start())).isEqualTo(128 + 15);
        assertThatThrownBy(() -> Run.run(List.of("false")).orFail()).hasMessageContaining("status 1");
    }
}
