package dev.shed.gateway.shed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// Remembers across restarts which containers were stopped on purpose: an empty file for each in one
/// directory. The engine cannot tell `stop` from a crash or a reboot, and labels of a container cannot be
/// changed.
public final class StoppedSheds {
    private static final Pattern CONTAINER_ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    private final Path directory;

    /// @param directory made if it is not there
    public StoppedSheds(Path directory) {
        this.directory = directory;
    }

    void add(String containerId) {
        try {
            Files.createDirectories(directory);
            Files.write(file(containerId), new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void remove(String containerId) {
        try {
            Files.deleteIfExists(file(containerId));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean contains(String containerId) {
        return Files.exists(file(containerId));
    }

    private Path file(String containerId) {
        if (!CONTAINER_ID.matcher(containerId).matches()) {
            throw new IllegalArgumentException("not a container id: " + containerId);
        }
        return directory.resolve(containerId);
    }
}
