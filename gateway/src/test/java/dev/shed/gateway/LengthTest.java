package dev.shed.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// No source file is too long to be read at once, and no method either.
class LengthTest {
    private static final Path ROOT = Path.of("..");
    private static final int MAX_LINES = 400;
    private static final int MAX_LINES_OF_A_METHOD = 50;
    private static final List<String> SOURCES = List.of("gateway/src", "cli/src", "scripts", "config");
    private static final List<String> PRODUCTION = List.of("gateway/src/main", "cli/src/main");
    private static final Pattern TEXT = Pattern.compile(".*\\.(java|c|h|py|sh|mjs|yaml|conf|xml)|[a-z-]+");

    /// A type, or an object with a body of its own.
    private static final Pattern TYPE =
            Pattern.compile("\\b(class|record|interface|@interface|enum) \\w|\\bnew .*\\{$");

    /// A blank line, or one of the preprocessor's or a label, which begin at the left wherever they are.
    private static final Pattern NOT_CODE = Pattern.compile("\\s*|#.*|\\w+:");

    private static Stream<Path> files(String directory) throws IOException {
        try (var walk = Files.walk(ROOT.resolve(directory))) {
            return walk
                    .filter(Files::isRegularFile)
                    .filter(file -> TEXT.matcher(file.getFileName().toString()).matches())
                    .toList()
                    .stream();
        }
    }

    private static int lines(Path file) throws IOException {
        int lines = 0;
        for (byte octet : Files.readAllBytes(file)) {
            lines += octet == '\n' ? 1 : 0;
        }
        return lines;
    }

    /// The longest block of a file that is not that of a type, with the number of its lines. The formatter puts the
    /// last line of a block at the indentation of its first, and everything between further to the right.
    private static Map.Entry<String, Integer> longestBlock(Path file) throws IOException {
        var lines = Files.readAllLines(file).stream()
                .filter(line -> !NOT_CODE.matcher(line).matches())
                .toList();
        Map.Entry<String, Integer> longest = Map.entry("", 0);
        for (int last = 0; last < lines.size(); last++) {
            if (!lines.get(last).strip().equals("}")) {
                continue;
            }
            int first = last - 1;
            while (first > 0 && indentation(lines.get(first)) > indentation(lines.get(last))) {
                first--;
            }
            int length = last - first + 1;
            if (length > longest.getValue() && !TYPE.matcher(lines.get(first)).find()) {
                longest = Map.entry(lines.get(first).strip(), length);
            }
        }
        return longest;
    }

    private static int indentation(String line) {
        return line.length() - line.stripLeading().length();
    }

    @Test
    void noMethodIsLongerThanFiftyLines() throws IOException {
        for (var directory : PRODUCTION) {
            assertThat(files(directory).filter(file -> file.toString().matches(".*\\.(java|c|h)")))
                    .isNotEmpty()
                    .allSatisfy(file -> {
                        var block = longestBlock(file);
                        assertThat(block.getValue())
                                .as("%s: %s", file, block.getKey())
                                .isLessThanOrEqualTo(MAX_LINES_OF_A_METHOD);
                    });
        }
    }

    @Test
    void noFileIsLongerThanFourHundredLines() throws IOException {
        for (var directory : SOURCES) {
            assertThat(files(directory)).isNotEmpty().allSatisfy(file -> {
                assertThat(lines(file)).as(file.toString()).isLessThanOrEqualTo(MAX_LINES);
            });
        }
    }
}
