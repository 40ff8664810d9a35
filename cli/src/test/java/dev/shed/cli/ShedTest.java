package dev.shed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ShedTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return new CommandLine(new Shed())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h"})
    void helpSaysWhatPlainSshDoes(String option) {
        assertThat(run(option)).isZero();
        assertThat(out.toString()).contains("Usage: shed", "ssh -p 2222 SHED+SESSION@HOST");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nosuch", "--nosuch"})
    void whatIsNotThereIsAnError(String word) {
        assertThat(run(word)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains(word);
        assertThat(out.toString()).isEmpty();
    }
}
