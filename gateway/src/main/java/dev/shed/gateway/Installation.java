package dev.shed.gateway;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Where this program was installed: from a package, or in a clone.
final class Installation {
    private Installation() {}

    /// The directory with the sources of the base image that a package has; empty in a clone.
    static Optional<Path> imageSources() {
        try {
            var code = Installation.class.getProtectionDomain().getCodeSource().getLocation();
            return imageSources(Path.of(code.toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException("this program's own place is no path", e);
        }
    }

    /// @param jar of the program; in a package it is `PREFIX/lib/shed-gateway/shed-gateway.jar`
    static Optional<Path> imageSources(Path jar) {
        var sources = jar.resolve("../../../share/shed-gateway").normalize();
        return Files.isRegularFile(sources.resolve("image/Dockerfile")) ? Optional.of(sources) : Optional.empty();
    }
}
