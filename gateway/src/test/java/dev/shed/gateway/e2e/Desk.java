package dev.shed.gateway.e2e;

import static java.util.Objects.requireNonNull;

import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A person's machine: a home directory with a key, and `shed` and `ssh` on the PATH. ssh looks for its files in the
/// home directory of /etc/passwd whatever HOME says, so here it is told where they are.
final class Desk implements Seat, AutoCloseable {
    private static final String REAL = "/usr/bin/";
    private static final String KEY = ".ssh/id_ed25519";
    private static final String GIVEN = "-i \"$HOME/" + KEY + "\" -o IdentitiesOnly=yes";

    private final Path directory;
    private final String key;

    private Desk(Path directory, String key) {
        this.directory = directory;
        this.key = key;
    }

    static Desk make() throws IOException {
        return make(KEY, GIVEN);
    }

    /// Makes one whose key lies where ssh does not look for keys.
    static Desk withoutKey() throws IOException {
        return make("keys/my key", "");
    }

    /// Makes one whose ssh notices within about two seconds that a link is dead.
    static Desk impatient() throws IOException {
        return make(KEY, "-o ServerAliveInterval=1 -o ServerAliveCountMax=1 " + GIVEN);
    }

    private static Desk make(String key, String options) throws IOException {
        // A short path, for the sockets of connections.
        var desk = new Desk(Files.createTempDirectory("shed-desk"), key);
        Files.createDirectory(desk.path("bin"));
        Files.createDirectories(desk.home().resolve(".ssh"));
        Files.createDirectories(requireNonNull(desk.key().getParent()));
        Run.run(List.of(
                        "ssh-keygen",
                        "-q",
                        "-t",
                        "ed25519",
                        "-N",
                        "",
                        "-C",
                        "desk",
                        "-f",
                        desk.key().toString()))
                .orFail();
        desk.script("ssh", """
                if [ -f "$HOME/.ssh/config" ]; then set -- -F "$HOME/.ssh/config" "$@"; else set -- -F none "$@"; fi
                exec %sssh %s -o IdentityAgent=none -o %s "$@"
                """.formatted(REAL, options, Place.QUICK));
        for (var client : List.of("scp", "sftp")) {
            desk.script(client, "exec " + REAL + client + " -S '" + desk.path("bin/ssh") + "' \"$@\"\n");
        }
        return desk;
    }

    /// A program of this machine, found before all others.
    void script(String name, String text) throws IOException {
        var file = Files.writeString(path("bin").resolve(name), "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    @Override
    public Path path(String name) {
        return directory.resolve(name);
    }

    Path home() {
        return path("home");
    }

    private Path key() {
        return home().resolve(key);
    }

    String publicKey() throws IOException {
        return Files.readString(Path.of(key() + ".pub")).strip();
    }

    @Override
    public ProcessBuilder program(String... words) {
        var builder = Run.builder(words).directory(home().toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH",
                        path("bin") + ":" + InstalledClient.prefix().resolve("bin") + ":" + System.getenv("PATH"),
                        "HOME",
                        home().toString(),
                        "TMUX_TMPDIR",
                        directory.toString(),
                        "LANG",
                        "C.UTF-8",
                        "TERM",
                        "xterm-256color"));
        return builder;
    }

    /// A builder for `shed WORDS…` without a terminal.
    ProcessBuilder client(String... words) {
        Exercised.record(List.of(words));
        var shed = InstalledClient.prefix().resolve("bin").resolve("shed").toString();
        return program(Stream.concat(Stream.of(shed), Stream.of(words)).toArray(String[]::new));
    }

    /// Runs `shed WORDS…` without a terminal and without input.
    Result shed(String... words) throws IOException {
        return Run.run(client(words), new byte[0]);
    }

    /// Runs `shed WORDS…` with `input` on stdin.
    Result shed(byte[] input, String... words) throws IOException {
        return Run.run(client(words), input);
    }

    /// Runs a line of shell in which `shed` and `ssh` are known.
    Result sh(String line) throws IOException {
        return Run.run(program("bash", "-c", line), new byte[0]);
    }

    /// Opens a terminal of 100 by 30 with `shed WORDS…` in it.
    Terminal terminal(String... words) throws IOException {
        Exercised.record(List.of(words));
        return Terminal.open(this, 100, 30, "shed " + Terminal.quoted(words));
    }

    /// Opens a terminal of 100 by 30 with a shell in it, whose prompt is `local> `.
    Terminal shell() throws IOException {
        return shell(100, 30);
    }

    /// The same of another size.
    Terminal shell(int columns, int rows) throws IOException {
        return Terminal.open(this, columns, rows, "PS1='local> ' bash --norc");
    }

    /// Types `shed WORDS…` and presses Enter.
    void enter(Terminal terminal, String... words) throws IOException {
        Exercised.record(List.of(words));
        terminal.enter("clear; shed " + Terminal.quoted(words));
    }

    @Override
    public void close() throws IOException {
        hangUp();
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /// Ends the shared connections, which would stay for minutes.
    void hangUp() throws IOException {
        var run = home().resolve(".shed").resolve("run");
        if (!Files.isDirectory(run)) {
            return;
        }
        try (var sockets = Files.list(run)) {
            for (var socket : sockets.filter(file -> !Files.isRegularFile(file)).toList()) {
                Run.run(List.of(REAL + "ssh", "-S", socket.toString(), "-O", "exit", "shed"));
            }
        }
    }
}
