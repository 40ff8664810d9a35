package dev.shed.gateway.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What docs/spec.md promises is what the code does.
class SpecTest {
    static List<Failure> failures() {
        return FailureTest.failures();
    }

    /// A row of the table of failures: the code, perhaps among others, and in the next cell its exit status.
    @ParameterizedTest
    @MethodSource("failures")
    void everyFailureIsListedWithItsStatus(Failure failure) throws IOException {
        var rows = Files.readAllLines(Path.of("..", "docs", "spec.md")).stream()
                .filter(line -> line.startsWith("|") && line.contains("`" + failure.code() + "`"))
                .toList();
        assertThat(rows)
                .as(failure.code())
                .anyMatch(row -> row.matches("\\|[^|]*`" + failure.code() + "`[^|]*\\|\\s*"
                        + failure.exitStatus().code() + "\\s*\\|.*"));
    }
}
