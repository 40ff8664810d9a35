package dev.shed.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each threat in docs/threat-model.md names a test, and the tests that it names are there.
class ThreatModelTest {
    private static final Path ROOT = Path.of("..");

    /// A class of tests, and maybe one of them.
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:Test|IT))(?:\\.(\\w+))?`");

    /// The porter's tests, and programs of the project.
    private static final Pattern OTHER = Pattern.compile("`((?:scripts/)?[a-z-]+(?:_test\\.py)?)`");

    private static final Map<String, Path> TESTS = tests();

    private static Map<String, Path> tests() {
        return Stream.of("gateway/src/test/java", "cli/src/test/java")
                .flatMap(directory -> sources(directory).stream())
                .collect(Collectors.toMap(
                        file -> file.getFileName().toString().replace(".java", ""), file -> file, (one, _) -> one));
    }

    private static List<Path> sources(String directory) {
        try (var files = Files.walk(ROOT.resolve(directory))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> rows() throws IOException {
        return Files.readAllLines(ROOT.resolve("docs/threat-model.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| threat "))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void eachNamesATestThatIsThere(String row) throws IOException {
        var where = row.substring(row.lastIndexOf('|', row.length() - 2));
        var named = TEST.matcher(where).results().toList();
        assertThat(named.isEmpty() && !OTHER.matcher(where).results().anyMatch(ThreatModelTest::isThere))
                .as("names no test: " + row)
                .isFalse();
        for (var test : named) {
            assertThat(TESTS).containsKey(test.group(1));
            if (test.group(2) != null) {
                assertThat(source(test.group(1))).containsPattern(" " + test.group(2) + "\\b");
            }
        }
    }

    private static boolean isThere(MatchResult name) {
        return Files.exists(ROOT.resolve(name.group(1)))
                || Files.exists(ROOT.resolve("gateway/src/test/c").resolve(name.group(1)));
    }

    /// With what it inherits of another class of tests.
    private static String source(String name) throws IOException {
        var text = Files.readString(TESTS.get(name));
        var parent = Pattern.compile("class " + name + " extends (\\w+)").matcher(text);
        return parent.find() && TESTS.containsKey(parent.group(1)) ? text + source(parent.group(1)) : text;
    }
}
