package dev.shed.gateway.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What docs/spec.md promises is what the code does.
class SpecTest {
    private static final Pattern CODE = Pattern.compile("`([A-Z_]+)`");

    static List<Failure> failures() {
        return FailureTest.failures();
    }

    /// No code of the table has gone from the code; rows of other tables have no status of this kind.
    @Test
    void everyFailureThatIsListedIsThere() throws IOException {
        var known = failures().stream().map(Failure::code).toList();
        var listed = Files.readAllLines(Path.of("..", "docs", "spec.md")).stream()
                .filter(line -> line.matches("\\| `[A-Z_]+`.* \\| [0-9]{2} \\|.*"))
                .flatMap(row -> CODE.matcher(row.split(" \\| ", 2)[0]).results())
                .map(code -> code.group(1));
        assertThat(listed).isNotEmpty().allSatisfy(code -> assertThat(known).contains(code));
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
