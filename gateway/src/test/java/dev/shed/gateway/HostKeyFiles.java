package dev.shed.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/// Host keys that gateways of one test run have in common: making an RSA key takes a second.
public final class HostKeyFiles {
    private final String names;
    private final AtomicReference<Map<String, byte[]>> files = new AtomicReference<>(Map.of());

    /// @param names which files of a state, a pattern
    public HostKeyFiles(String names) {
        this.names = names;
    }

    /// Puts the first gateway's keys where the state has none.
    public void putInto(Path state) throws IOException {
        Files.createDirectories(
                state, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (var file : files.get().entrySet()) {
            var to = state.resolve(file.getKey());
            if (Files.notExists(to)) {
                Files.write(to, file.getValue());
                Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rw-------"));
            }
        }
    }

    /// Takes those of the first gateway: both halves of one key.
    public void takeFrom(Path state) throws IOException {
        if (!files.get().isEmpty()) {
            return;
        }
        var found = new HashMap<String, byte[]>();
        try (var all = Files.newDirectoryStream(state, names)) {
            for (var file : all) {
                found.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        files.updateAndGet(known -> known.isEmpty() ? Map.copyOf(found) : known);
    }
}
