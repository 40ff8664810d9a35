package dev.shed.gateway.e2e;

import dev.shed.gateway.Await;
import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A dockerd with live-restore for one test alone, beside the one that everybody uses and must not be
/// touched: it can be killed and started again. It lives in a network namespace of its own, since a dockerd
/// without a bridge removes the one called docker0, whoever it belongs to; its containers have no network. It
/// has one image, small and fast to load, which goes by the name that sheds are made from.
final class OwnEngine implements AutoCloseable {
    private static final int PATIENCE = 30;

    /// What a shed with sessions needs, out of the real image: the programs, their libraries, and what tmux reads.
    private static final String PACK = """
            for program in bash sh tmux sleep cat stty ps id head tr mkdir mv rm chmod readlink; do
                printf '%s\\n' "/bin/$program" "/usr/bin/$program" && ldd "/usr/bin/$program" | grep -o '/[^ ]*'
            done >/tmp/list
            find /usr/lib/locale/C.utf8 -type f >>/tmp/list
            find /usr/share/terminfo /lib/terminfo -name xterm-256color -o -name tmux-256color >>/tmp/list 2>/dev/null
            printf '%s\\n' /etc/passwd /etc/group /etc/tmux.conf /home/dev /workspace /tmp >>/tmp/list
            sort -u /tmp/list | tar --create --dereference --no-recursion --files-from - 2>/dev/null
            """;

    /// A user that every host has, and ids for it to be mapped to, in files that only this engine sees.
    private static final String REMAPPED = "nobody:200000:65536\nnogroup:200000:65536\n";

    private static final String REMAPPED_DAEMON = """
            mount --bind "$0/subid" /etc/subuid && mount --bind "$0/subid" /etc/subgid &&
                exec dockerd --config-file "$0/daemon.json"
            """;

    private final Path directory;
    private final Path log;
    private Process daemon;

    private OwnEngine(Path directory, String settings) throws IOException {
        this.directory = directory;
        this.log = directory.resolve("dockerd.log");
        Files.writeString(directory.resolve("daemon.json"), """
                {%2$s "live-restore": true, "bridge": "none", "iptables": false, "ip-masq": false,
                 "data-root": "%1$s/data", "exec-root": "%1$s/exec", "pidfile": "%1$s/pid",
                 "hosts": ["unix://%1$s/docker.sock"]}
                """.formatted(directory, settings));
        Files.writeString(directory.resolve("subid"), REMAPPED);
        this.daemon = launch();
    }

    /// Starts one with its image.
    static OwnEngine start() throws Exception {
        return start("");
    }

    /// Starts one whose containers have users of their own, and can gain no privileges.
    static OwnEngine startHardened() throws Exception {
        return start("\"userns-remap\": \"nobody:nogroup\", \"no-new-privileges\": true,");
    }

    private static OwnEngine start(String settings) throws Exception {
        // Not below target/: the paths of its sockets must stay short.
        var directory = Files.createTempDirectory("shed-eng");
        // The root of its containers, which is nobody to the host, goes through it to their files.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        var engine = new OwnEngine(directory, settings);
        try {
            engine.awaitAnswer();
            engine.loadImage();
            return engine;
        } catch (Exception | AssertionError e) {
            engine.close();
            throw e;
        }
    }

    URI uri() {
        return URI.create("unix://" + directory + "/docker.sock");
    }

    /// Asks it, past the gateway.
    Result docker(String... words) throws IOException {
        return Run.run(Stream.concat(Stream.of("docker", "-H", uri().toString()), Stream.of(words))
                .toList());
    }

    /// Ends it with SIGKILL, as a crash or the kernel does; whatever serves it goes too, but for its containers.
    void kill() throws Exception {
        signal("KILL");
    }

    /// Ends it with SIGTERM, as somebody does who updates it.
    void stop() throws Exception {
        signal("TERM");
    }

    void startAgain() throws Exception {
        daemon = launch();
        awaitAnswer();
    }

    /// One that is started again must be where its containers' files are mounted: it has the host's mounts.
    private List<String> command() throws IOException {
        return Files.readString(directory.resolve("daemon.json")).contains("userns-remap")
                ? asRoot("unshare", "--net", "--mount", "sh", "-c", REMAPPED_DAEMON, directory.toString())
                : asRoot("unshare", "--net", "dockerd", "--config-file", directory + "/daemon.json");
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private void awaitAnswer() throws Exception {
        try {
            Await.until("the engine answers", () -> docker("version").status() == 0);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + Files.readString(log), e);
        }
    }

    private void loadImage() throws Exception {
        var pack = List.of("docker", "-H", Place.ENGINE, "run", "--rm", "-u", "0", Place.IMAGE, "bash", "-c", PACK);
        var load = List.of("docker", "-H", uri().toString(), "import", "-", Place.IMAGE);
        var both = ProcessBuilder.startPipeline(List.of(
                new ProcessBuilder(pack).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())),
                new ProcessBuilder(load)
                        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))));
        for (var each : both) {
            if (!each.waitFor(PATIENCE, TimeUnit.SECONDS) || each.exitValue() != 0) {
                throw new AssertionError("the image could not be loaded: " + Files.readString(log));
            }
        }
    }

    /// By the id that it wrote down itself: the process started here may be sudo's.
    private void signal(String name) throws Exception {
        var pid = Files.readString(directory.resolve("pid")).strip();
        var containerd = containerd();
        Run.run(asRoot("kill", "-s", name, pid)).orFail();
        if (!daemon.waitFor(PATIENCE, TimeUnit.SECONDS)) {
            throw new AssertionError("dockerd does not end: " + Files.readString(log));
        }
        // It ends with dockerd, but a moment later: a dockerd that is started then waits for it in vain.
        if (containerd.isPresent()) {
            Await.until("containerd has ended", () -> !containerd.get().isAlive());
        }
    }

    private Optional<ProcessHandle> containerd() throws IOException {
        var file = directory.resolve("exec/containerd/containerd.pid");
        return Files.exists(file)
                ? ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                : Optional.empty();
    }

    private static List<String> asRoot(String... words) {
        var all = new ArrayList<String>();
        if (!System.getProperty("user.name").equals("root")) {
            all.addAll(List.of("sudo", "-n"));
        }
        all.addAll(List.of(words));
        return all;
    }

    @Override
    public void close() throws IOException {
        try {
            remove();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the test's engine is still there", e);
        }
    }

    /// Its containers first, then itself, then its files.
    private void remove() throws Exception {
        if (!daemon.isAlive()) {
            startAgain();
        }
        awaitAnswer();
        var containers = docker("ps", "-aq").orFail().lines().toList();
        for (var container : containers) {
            docker("rm", "-f", "-v", container).orFail();
        }
        stop();
        // A dockerd that is killed leaves the mount that it makes of its own data; the newest first.
        for (var mount : mounts().reversed()) {
            Run.run(asRoot("umount", mount)).orFail();
        }
        Run.run(asRoot("rm", "-rf", "--one-file-system", directory.toString())).orFail();
        if (!leftovers().isEmpty()) {
            throw new AssertionError("left of the test's engine: " + leftovers());
        }
    }

    private List<String> mounts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .map(line -> line.split(" ", -1)[1])
                .filter(mount -> mount.startsWith(directory + "/"))
                .toList();
    }

    /// Processes that have the engine's directory in their words, and mounts below it.
    private List<String> leftovers() throws IOException {
        var processes = ProcessHandle.allProcesses()
                .flatMap(process -> commandLine(process.pid()).stream())
                .filter(line -> line.contains(directory + "/"));
        return Stream.concat(mounts().stream(), processes).toList();
    }

    private static List<String> commandLine(long pid) {
        try {
            return List.of(Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                    .replace('\0', ' '));
        } catch (IOException | UncheckedIOException _) {
            return List.of(); // it has ended meanwhile
        }
    }
}
