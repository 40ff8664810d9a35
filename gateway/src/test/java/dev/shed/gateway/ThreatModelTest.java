package dev.shed.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each threat in docs/threat-model.md names a test, and the classes and tests that it names are there.
class ThreatModelTest {
    /// A class, and maybe one of its methods.
    private static final Pattern TYPE = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(?:\\.(\\w+))?`");

    /// A class of tests, or another test of the class that was named last.
    private static final Pattern TEST = Pattern.compile("`(?:([A-Z]\\w*(?:Test|IT))(?:\\.\\w+)?|([a-z]+[A-Z]\\w*))`");

    /// The porter's tests, and programs of the project.
    private static final Pattern OTHER = Pattern.compile("`((?:scripts/)?[a-z-]+(?:_\\w+)?(?:\\.py|\\.c)?)`");

    static List<String> rows() throws IOException {
        return Files.readAllLines(Sources.PROJECT.resolve("docs/threat-model.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| threat "))
                .map(line -> line.substring(line.lastIndexOf('|', line.length() - 2)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void eachNamesATestThatIsThere(String where) {
        assertThat(TEST.matcher(where).results().anyMatch(test -> test.group(1) != null)
                        || OTHER.matcher(where).results().anyMatch(ThreatModelTest::isThere))
                .as("names a test: " + where)
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void whatItNamesIsThere(String where) {
        for (var named : TYPE.matcher(where).results().toList()) {
            assertThat(Sources.of(named.group(1))).as(named.group()).isNotEmpty();
            assertThat(named.group(2) == null || Sources.declares(named.group(1), named.group(2)))
                    .as(named.group())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aTestWithoutItsClassIsOneOfTheClassBefore(String where) {
        var last = "";
        for (var test : TEST.matcher(where).results().toList()) {
            if (test.group(1) != null) {
                last = test.group(1);
            } else {
                assertThat(Sources.declares(last, test.group(2)))
                        .as("%s of %s", test.group(), last)
                        .isTrue();
            }
        }
    }

    private static boolean isThere(MatchResult name) {
        return Files.exists(Sources.PROJECT.resolve(name.group(1)))
                || Files.exists(Path.of("src", "test", "c").resolve(name.group(1)));
    }
}
