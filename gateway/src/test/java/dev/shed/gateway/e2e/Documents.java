package dev.shed.gateway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The documents with examples for users and operators.
final class Documents {
    static final Path PROJECT = Path.of(System.getProperty("shed.project", ".."));

    private Documents() {}

    /// README.md and the files of docs/, relative to the project.
    static List<String> names() {
        try (var files = Files.list(PROJECT.resolve("docs"))) {
            var documents = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".md"))
                    .sorted()
                    .map(name -> "docs/" + name);
            return Stream.concat(Stream.of("README.md"), documents).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<DocumentBlock> blocks(String document) {
        try {
            return DocumentBlock.of(document, Files.readString(PROJECT.resolve(document)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
