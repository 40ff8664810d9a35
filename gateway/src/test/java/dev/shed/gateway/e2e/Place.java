package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNullElse;

import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A gateway's dependencies: a directory with its state and its authorized keys, people's private keys, and the
/// real OpenSSH client set up so that `ssh demo@gw` goes there, with `gw-NAME` for somebody else's key. Sheds
/// whose names come from here are removed when it is closed. An engine, image or client that is missing fails the
/// test with a reason.
final class Place implements Seat, AutoCloseable {
    static final String ENGINE = requireNonNullElse(System.getenv("DOCKER_HOST"), "unix:///var/run/docker.sock");
    static final String IMAGE = "shed-base:latest";
    static final String IMAGE_WITHOUT_TMUX = "shed-test-notmux:latest";

    private static final List<String> CLIENTS = List.of("ssh", "scp", "sftp");

    /// What tests need is looked for once in a run.
    private static final AtomicBoolean COMPLETE = new AtomicBoolean();

    private final Path directory;
    private final ConcurrentLinkedQueue<String> sheds = new ConcurrentLinkedQueue<>();
    private int port;

    private Place(Path directory) {
        this.directory = directory;
    }

    /// Makes a place where the key `admin` may do everything.
    static Place make() throws IOException {
        requirements();
        // Not below target/: the path of a connection's control socket must stay short.
        var place = new Place(Files.createTempDirectory("shed-e2e"));
        Files.createDirectory(place.path("bin"));
        for (var client : CLIENTS) {
            place.script(client, "exec /usr/bin/" + client + " -F '" + place.path("ssh_config") + "' \"$@\"");
        }
        Files.createFile(
                place.authorizedKeys(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        place.authorize("admin", "");
        return place;
    }

    private static void requirements() throws IOException {
        if (COMPLETE.get()) {
            return;
        }
        for (var program : List.of("ssh", "scp", "sftp", "ssh-keygen", "tmux", "docker")) {
            require(program + " is not installed; scripts/test installs it", "sh", "-c", "command -v " + program);
        }
        require("no container engine at " + ENGINE + "; scripts/test starts one", "docker", "-H", ENGINE, "version");
        for (var image : List.of(IMAGE, IMAGE_WITHOUT_TMUX)) {
            require("no image " + image + "; scripts/test makes it", "docker", "-H", ENGINE, "inspect", image);
        }
        COMPLETE.set(true);
    }

    private static void require(String otherwise, String... words) throws IOException {
        var result = Run.run(List.of(words));
        if (result.status() != 0) {
            throw new AssertionError(otherwise + " (" + result.err().strip() + ")");
        }
    }

    private void script(String name, String line) throws IOException {
        var file = Files.writeString(path("bin").resolve(name), "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    @Override
    public Path path(String name) {
        return directory.resolve(name);
    }

    Path state() {
        return path("state");
    }

    Path authorizedKeys() {
        return path("authorized_keys");
    }

    /// Makes somebody's key and lets it in with these options.
    void authorize(String name, String options) throws IOException {
        makeKey(name);
        var line = options + (options.isEmpty() ? "" : " ") + Files.readString(path("id_" + name + ".pub"));
        Files.writeString(authorizedKeys(), line, StandardOpenOption.APPEND);
    }

    /// Lets a key in that was made elsewhere.
    void admit(String publicKey, String options) throws IOException {
        Files.writeString(authorizedKeys(), options + " " + publicKey + "\n", StandardOpenOption.APPEND);
    }

    /// Makes a key that is not let in.
    void makeKey(String name) throws IOException {
        var file = path("id_" + name).toString();
        Run.run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file))
                .orFail();
    }

    /// Tells the client where the gateway listens.
    void listensAt(int newPort) throws IOException {
        listensAt("127.0.0.1", newPort);
    }

    /// The key exchange that clients prefer takes more of the processor than most tests; scripts/smoke has it.
    static final String QUICK = "KexAlgorithms=curve25519-sha256";

    void listensAt(String address, int newPort) throws IOException {
        port = newPort;
        // A client that is starting reads the one or the other.
        var config = Files.writeString(path("ssh_config.new"), """
                Host gw
                    IdentityFile %1$s/id_admin
                %3$s
                Host *
                    HostName %4$s
                    Port %2$d
                    IdentitiesOnly yes
                    IdentityAgent none
                    UserKnownHostsFile %1$s/known_hosts
                    GlobalKnownHostsFile none
                    StrictHostKeyChecking accept-new
                    BatchMode yes
                    LogLevel ERROR
                    %5$s
                """.formatted(directory, port, hosts(), address, QUICK));
        Files.move(config, path("ssh_config"), StandardCopyOption.ATOMIC_MOVE);
    }

    int port() {
        return port;
    }

    private String hosts() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("id_") && !name.endsWith(".pub"))
                    .map(name -> "Host gw-%s\n    IdentityFile %s".formatted(name.substring(3), path(name)))
                    .collect(Collectors.joining("\n"));
        }
    }

    /// A builder for a program that finds the client set up, and nothing of the environment of this one.
    @Override
    public ProcessBuilder program(String... words) {
        var builder = Run.builder(words).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment());
        return builder;
    }

    private Map<String, String> environment() {
        return Map.of(
                "PATH",
                path("bin") + ":" + System.getenv("PATH"),
                "HOME",
                directory.toString(),
                "TMUX_TMPDIR",
                directory.toString(),
                "LANG",
                "C.UTF-8",
                "TERM",
                "xterm-256color");
    }

    /// Runs the client.
    Result ssh(String... arguments) throws IOException {
        return Run.run(client(arguments), new byte[0]);
    }

    /// Runs the client with `input` on stdin.
    Result ssh(byte[] input, String... arguments) throws IOException {
        return Run.run(client(arguments), input);
    }

    ProcessBuilder client(String... arguments) {
        var ssh = path("bin").resolve("ssh").toString();
        return program(Stream.concat(Stream.of(ssh), Stream.of(arguments)).toArray(String[]::new));
    }

    /// Runs a line of shell in which `ssh`, `scp` and `sftp` are set up.
    Result sh(String line) throws IOException {
        return Run.run(program("bash", "-c", line), new byte[0]);
    }

    /// A name that no shed has; whatever has it, or begins with it, is removed at the end.
    String newName() {
        return newName("e2e");
    }

    String newName(String prefix) {
        var name = prefix + UUID.randomUUID().toString().substring(0, 8);
        sheds.add(name);
        return name;
    }

    /// A running shed, made by the gateway.
    String newShed() throws IOException {
        return newShed("e2e");
    }

    String newShed(String prefix) throws IOException {
        var name = newName(prefix);
        ssh("shed@gw", "create " + name).orFail();
        return name;
    }

    /// A running shed whose container the gateway did not make.
    String newAdoptedShed() throws IOException {
        var name = newName();
        docker(
                        "run",
                        "--detach",
                        "--init",
                        "--name=shed-" + name,
                        "--label=shed=true",
                        "--label=shed.name=" + name,
                        IMAGE)
                .orFail();
        return name;
    }

    /// Asks the engine, past the gateway.
    static Result docker(String... words) throws IOException {
        var all = new ArrayList<>(List.of("docker", "-H", ENGINE));
        all.addAll(List.of(words));
        return Run.run(all);
    }

    /// Runs a program in a shed as its user, past the gateway.
    static Result inside(String shed, String... words) throws IOException {
        var start = Stream.of("exec", "-u", "dev", "-e", "LANG=C.UTF-8", "shed-" + shed);
        return docker(Stream.concat(start, Stream.of(words)).toArray(String[]::new));
    }

    /// What runs in a shed, as the engine's host sees it: a process id and a command line each, sorted.
    static List<String> processes(String shed) throws IOException {
        return docker("top", "shed-" + shed, "-eo", "pid,args")
                .orFail()
                .lines()
                .skip(1)
                .map(String::strip)
                .sorted()
                .toList();
    }

    @Override
    public void close() throws IOException {
        removeSheds();
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void removeSheds() throws IOException {
        if (sheds.isEmpty()) {
            return;
        }
        for (var container : found("ps", "-aq")) {
            docker("rm", "-f", container).orFail();
        }
        var volumes = found("volume", "ls", "-q");
        if (!volumes.isEmpty()) {
            docker(Stream.concat(Stream.of("volume", "rm"), volumes.stream()).toArray(String[]::new))
                    .orFail();
        }
    }

    /// What a listing has of all sheds: to ask for each one costs more than to remove it.
    private List<String> found(String... listing) throws IOException {
        var named = sheds.stream().flatMap(shed -> Stream.of("--filter", "name=shed-" + shed));
        return docker(Stream.concat(Stream.of(listing), named).toArray(String[]::new))
                .orFail()
                .lines()
                .toList();
    }

    static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }
}
