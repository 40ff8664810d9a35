package dev.shed.gateway.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EngineHintsTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/shed/gateway");

    /// In a literal, a word and a blank: the path of the engine's socket is its address.
    private static final Pattern COMMAND =
            Pattern.compile("\"[^\"\n]*\\b(docker|journalctl|podman|kubectl) [^\"\n]*\"");

    @Test
    void onlyAnEngineNamesItsCommands() throws IOException {
        try (var files = Files.walk(SOURCES)) {
            var commands = files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(EngineHintsTest::commands)
                    .toList();

            assertThat(commands)
                    .isNotEmpty()
                    .allSatisfy(command -> assertThat(command).containsPattern("^container/(docker|kubernetes)/"));
        }
    }

    private static Stream<String> commands(Path file) {
        try {
            return COMMAND.matcher(Files.readString(file))
                    .results()
                    .map(found -> SOURCES.relativize(file) + ": " + found.group());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
