package dev.shed.gateway.shed.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stores which containers were stopped on purpose: one empty file for each, in one directory. The engine
/// cannot tell `stop` from a crash or a reboot, and the labels of a container cannot be changed. A full or
/// read-only disk does not prevent stopping or starting a shed: a change that cannot be written is kept in
/// memory, and written as soon as possible.
public final class StoppedSheds {
    private static final Logger LOG = LoggerFactory.getLogger(StoppedSheds.class);

    private static final Pattern CONTAINER_ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    private final Path directory;

    /// Changes that could not be written: container id to whether it was stopped on purpose. They override
    /// the files.
    private final Map<String, Boolean> unwritten = new ConcurrentHashMap<>();

    /// @param directory created if it does not exist
    public StoppedSheds(Path directory) {
        this.directory = directory;
    }

    void add(String containerId) {
        unwritten.put(containerId, true);
        unwritten.forEach(this::write);
    }

    void remove(String containerId) {
        if (contains(containerId)) {
            unwritten.put(containerId, false);
            unwritten.forEach(this::write);
        }
    }

    boolean contains(String containerId) {
        var remembered = unwritten.get(containerId);
        return remembered == null ? Files.exists(file(containerId)) : remembered;
    }

    private void write(String containerId, boolean stopped) {
        var file = file(containerId);
        try {
            if (stopped) {
                Files.createDirectories(directory);
                Files.write(file, new byte[0]);
            } else {
                Files.deleteIfExists(file);
            }
            unwritten.remove(containerId, stopped);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("container", containerId)
                    .addKeyValue("stopped", stopped)
                    .addKeyValue("cause", e)
                    .log("cannot record which shed was stopped on purpose");
        }
    }

    private Path file(String containerId) {
        if (!CONTAINER_ID.matcher(containerId).matches()) {
            throw new IllegalArgumentException("not a container id: " + containerId);
        }
        return directory.resolve(containerId);
    }
}
