package dev.shed.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Configurations in a directory of each test's own.
abstract class ConfigFixture {
    @TempDir
    Path directory;

    ConfigFile.Roots roots = new ConfigFile.Roots(Path.of("/"), Path.of("/"), Path.of("/"));

    @BeforeEach
    void rootsOfTheirOwn() {
        roots = new ConfigFile.Roots(
                directory.resolve("etc/shed"), directory.resolve("var/lib/shed"), directory.resolve("home"));
    }

    final Path file() {
        return directory.resolve("gateway.yaml");
    }

    final GatewayConfig read(String text) {
        return load(Optional.of(write(file(), text)));
    }

    final GatewayConfig load(Optional<Path> given) {
        return new ConfigFile(roots).read(given);
    }

    /// What a message says behind the place that it begins with.
    static String problemAt(Object place, Failure failure) {
        assertThat(failure.message()).startsWith(place + ": ");
        return failure.message().substring(place.toString().length() + 2);
    }

    final Failure failureOf(String text) {
        return failureOf(write(file(), text));
    }

    final Failure failureOf(Path file) {
        try {
            var config = load(Optional.of(file));
            throw new AssertionError("accepted as " + config);
        } catch (ShedException e) {
            return e.failure();
        }
    }

    static Path write(Path file, String text) {
        try {
            Files.createDirectories(file.resolveSibling(""));
            return Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
