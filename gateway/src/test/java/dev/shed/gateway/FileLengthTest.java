package dev.shed.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// No source file is too long to be read at once.
class FileLengthTest {
    private static final Path ROOT = Path.of("..");
    private static final int MAX_LINES = 400;
    private static final List<String> SOURCES = List.of("gateway/src", "cli/src", "scripts", "config");
    private static final Pattern TEXT = Pattern.compile(".*\\.(java|c|h|py|sh|yaml|conf|xml)|[a-z-]+");

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

    @Test
    void noFileIsLongerThanFourHundredLines() throws IOException {
        for (var directory : SOURCES) {
            assertThat(files(directory)).isNotEmpty().allSatisfy(file -> {
                assertThat(lines(file)).as(file.toString()).isLessThanOrEqualTo(MAX_LINES);
            });
        }
    }
}
