package dev.shed.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Host keys that gateways of one test run have in common: making an RSA key takes a second.
final class HostKeyFiles {
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();

    void putInto(Path state) throws IOException {
        Files.createDirectories(
                state, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (var file : files.entrySet()) {
            var to = Files.write(state.resolve(file.getKey()), file.getValue());
            Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rw-------"));
        }
    }

    void takeFrom(Path state) throws IOException {
        try (var all = Files.newDirectoryStream(state, "host_*")) {
            for (var file : all) {
                files.putIfAbsent(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
    }
}
