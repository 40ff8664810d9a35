package dev.shed.gateway.config;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No document names a key that there is not. [ConfigPlacesTest] checks that config/gateway.yaml has each key.
class KeysDocumentTest {
    private static final Pattern WORD = Pattern.compile("`([a-z]+)\\.([a-z-]+)(?:: [^`]*)?`");

    /// What looks like a key of a section: a file, and the labels of containers.
    private static final List<String> OTHERS = List.of(
            "audit.log",
            "shed.name",
            "shed.repo",
            "shed.directory",
            "shed.owner",
            "shed.owner-keys",
            "shed.created",
            "shed.creation");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "docs/spec.md",
                "docs/operations.md",
                "docs/agents.md",
                "docs/cli.md",
                "docs/editors.md"
            })
    void everyKeyInADocumentIsThere(String document) throws IOException {
        var sections = Keys.PATHS.stream().map(path -> path.split("\\.", 2)[0]).collect(toSet());
        var named = WORD.matcher(Files.readString(Path.of("..").resolve(document)))
                .results()
                .filter(word -> sections.contains(word.group(1)))
                .map(word -> word.group(1) + "." + word.group(2))
                .filter(word -> !OTHERS.contains(word));
        assertThat(named).allSatisfy(key -> assertThat(Keys.PATHS).contains(key));
    }
}
