package dev.shed.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The host keys that a person has accepted, in OpenSSH's format.
public record KnownHosts(Path file) {
    /// All keys of a file; lines of other kinds are left out.
    public List<HostKey> keys() throws IOException {
        return lines().stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#") && !line.startsWith("@"))
                .filter(line -> line.strip().split("\\s+").length >= 3)
                .map(HostKey::parse)
                .toList();
    }

    /// The keys of a server. ssh looks up what it has made of the host, so where the host is an alias of
    /// `~/.ssh/config` this does not find them.
    public List<HostKey> of(Server server) throws IOException {
        return keys().stream().filter(key -> key.host().equals(name(server))).toList();
    }

    static String name(Server server) {
        return server.port() == 22 ? server.host() : "[" + server.host() + "]:" + server.port();
    }

    /// Accepts these keys for the host that they name, in place of all others of that host.
    public void accept(List<HostKey> keys) throws IOException {
        var hosts = keys.stream().map(HostKey::host).toList();
        var kept = lines().stream().filter(line -> hosts.stream().noneMatch(host -> line.startsWith(host + " ")));
        write(Stream.concat(kept, keys.stream().map(HostKey::line)));
    }

    public void forget(Server server) throws IOException {
        write(lines().stream().filter(line -> !line.startsWith(name(server) + " ")));
    }

    private List<String> lines() throws IOException {
        return Files.exists(file) ? Files.readAllLines(file, UTF_8) : List.of();
    }

    private void write(Stream<String> lines) throws IOException {
        var text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        AtomicFile.write(file, text.toString().getBytes(UTF_8));
    }
}
