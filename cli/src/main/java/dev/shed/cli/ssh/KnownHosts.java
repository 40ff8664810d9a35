package dev.shed.cli.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.file.AtomicFile;
import dev.shed.cli.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The host keys that the user has accepted, in OpenSSH's format.
public record KnownHosts(Path file) {
    /// The keys in the file; other lines are skipped.
    public List<HostKey> keys() throws IOException {
        return lines().stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#") && !line.startsWith("@"))
                .filter(line -> line.strip().split("\\s+").length >= 3)
                .map(HostKey::parse)
                .toList();
    }

    /// The keys that are accepted for the hosts of these keys.
    public List<HostKey> alike(List<HostKey> shown) throws IOException {
        var hosts = shown.stream().map(HostKey::host).toList();
        return keys().stream().filter(key -> hosts.contains(key.host())).toList();
    }

    /// The name by which ssh looks up a host and port.
    public static String name(String host, int port) {
        return port == Server.SSH_PORT ? host : "[" + host + "]:" + port;
    }

    /// Accepts these keys for their host, and removes all others of that host.
    public void accept(List<HostKey> keys) throws IOException {
        var hosts = keys.stream().map(HostKey::host).toList();
        var kept = lines().stream().filter(line -> hosts.stream().noneMatch(host -> line.startsWith(host + " ")));
        write(Stream.concat(kept, keys.stream().map(HostKey::line)));
    }

    /// Removes the keys of a host.
    ///
    /// @param name as returned by [#name]
    public void forget(String name) throws IOException {
        write(lines().stream().filter(line -> !line.startsWith(name + " ")));
    }

    private List<String> lines() throws IOException {
        try {
            return Files.exists(file) ? Files.readAllLines(file, UTF_8) : List.of();
        } catch (IOException e) {
            throw CliFailure.file(file, e);
        }
    }

    private void write(Stream<String> lines) throws IOException {
        var text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        AtomicFile.write(file, text.toString().getBytes(UTF_8));
    }
}
