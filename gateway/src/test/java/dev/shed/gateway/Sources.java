package dev.shed.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The types in the source files of the project, for tests of what the documents say about them.
final class Sources {
    static final Path PROJECT = Path.of("..");

    /// The types that have a file, by their simple names. Some names occur in more than one package.
    private static final Map<String, List<Path>> FILES = Stream.of(
                    "gateway/src/main/java", "cli/src/main/java", "gateway/src/test/java", "cli/src/test/java")
            .flatMap(directory -> walk(PROJECT.resolve(directory)).stream())
            .collect(Collectors.groupingBy(file -> file.getFileName().toString().replace(".java", "")));

    private Sources() {}

    private static List<Path> walk(Path directory) {
        try (var files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The files of the gateway's production code.
    static List<Path> ofTheGateway() {
        return walk(PROJECT.resolve("gateway/src/main/java"));
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The files of the types of this name; none if there is no such type.
    static List<Path> of(String type) {
        return FILES.getOrDefault(type, List.of());
    }

    /// Whether a type of this name declares the method, the component of a record or the rule of ArchUnit, or
    /// inherits it from another type of the project.
    static boolean declares(String type, String member) {
        var declaration = Pattern.compile("[\\w>\\]] " + member + "(?:\\([^;{]*[;{]|[,)]| =)");
        return of(type).stream()
                .map(Sources::read)
                .anyMatch(text -> declaration.matcher(text).find()
                        || parent(type, text)
                                .filter(parent -> declares(parent, member))
                                .isPresent());
    }

    private static Optional<String> parent(String type, String text) {
        return Pattern.compile("class " + type + " extends (\\w+)")
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .findFirst();
    }
}
