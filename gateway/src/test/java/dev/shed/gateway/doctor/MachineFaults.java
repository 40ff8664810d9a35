package dev.shed.gateway.doctor;

import static dev.shed.gateway.doctor.Fault.error;
import static dev.shed.gateway.doctor.Fault.warning;
import static dev.shed.gateway.doctor.Fault.write;

import com.sun.security.auth.module.UnixSystem;
import dev.shed.gateway.config.GatewayConfig.Listen;
import dev.shed.gateway.container.EngineProbe.Trial;
import dev.shed.gateway.container.docker.DockerCures;
import dev.shed.gateway.container.docker.DockerProbe;
import dev.shed.gateway.container.docker.FakeEngine;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.ssh.SshEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Faults of the machine and its engine. What a test cannot do to the machine is done to a fake.
final class MachineFaults {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Instant NOW = Instant.parse("2026-11-29T00:00:00Z");

    private final List<AutoCloseable> open = new ArrayList<>();

    Stream<Fault> all() {
        return Stream.of(engine(), image(), listen(), state(), names(), clock(), limits())
                .flatMap(List::stream);
    }

    private <T extends AutoCloseable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    void closeAll() throws Exception {
        for (var resource : open.reversed()) {
            resource.close();
        }
    }

    private DockerProbe probe(Path socket, Duration timeout) {
        return keep(new DockerProbe(socket, timeout, Optional.empty(), new DockerCures(Optional.empty())));
    }

    private FakeEngine fakeEngine(Path directory) throws IOException {
        return keep(new FakeEngine(directory.resolve("s")))
                .on("GET /info", 200, "{\"SystemTime\":\"2026-11-29T00:00:00Z\"}")
                .on("GET /containers/json", 200, "[]");
    }

    private List<Fault> engine() {
        return List.of(
                error(
                        "missing socket of the engine",
                        d -> new EngineCheck(d.resolve("s"), _ -> true, probe(d.resolve("s"), LONG)),
                        "there is no socket DIR/s",
                        "systemctl start docker"),
                error(
                        "no permission for the socket",
                        d -> new EngineCheck(write(d.resolve("s"), "", "rw-------"), _ -> false, FakeProbe.ofTime(NOW)),
                        "no permission to use DIR/s",
                        "usermod -aG docker "),
                error("engine that hangs", this::hanging, "no answer within", "journalctl --unit docker"),
                error("socket without an engine", this::dead, "does not answer", "timeout 10 docker info"),
                error(
                        "old API",
                        d -> {
                            fakeEngine(d).on("GET /version", 200, "{\"Version\":\"1.12\",\"ApiVersion\":\"1.24\"}");
                            return new EngineCheck(d.resolve("s"), Files::isWritable, probe(d.resolve("s"), LONG));
                        },
                        "Docker Engine 1.12 (API 1.24) is too old",
                        "apt-get install --only-upgrade docker.io"));
    }

    private Check hanging(Path directory) throws IOException {
        var socket = directory.resolve("s");
        keep(ServerSocketChannel.open(StandardProtocolFamily.UNIX)).bind(UnixDomainSocketAddress.of(socket));
        return new EngineCheck(socket, Files::isWritable, probe(socket, Duration.ofMillis(200)));
    }

    private Check dead(Path directory) throws IOException {
        var socket = directory.resolve("s");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket))
                .close();
        return new EngineCheck(socket, Files::isWritable, probe(socket, LONG));
    }

    private List<Fault> image() {
        return List.of(
                error(
                        "missing image",
                        d -> {
                            fakeEngine(d).refuse("POST /containers/create", 404, "No such image: team/image:1");
                            return new ImageCheck("team/image:1", probe(d.resolve("s"), LONG));
                        },
                        "the engine has no image 'team/image:1'",
                        "docker pull team/image:1"),
                error(
                        "image without tmux",
                        _ -> image(new Trial(Optional.empty(), true, "sh: tmux: not found")),
                        "tmux cannot be run in i:1, so it has no sessions (sh: tmux: not found)",
                        "printf 'FROM i:1\\nUSER 0\\nRUN apt-get update && apt-get install -y tmux\\n' | docker build"),
                warning(
                        "old tmux",
                        _ -> image(new Trial(Optional.of("2.8"), true, "")),
                        "tmux 2.8 in i:1 is too old",
                        "newer distribution"),
                warning(
                        "image without a porter",
                        _ -> image(new Trial(Optional.of("3.3a"), false, "Exec format error")),
                        "the porter does not run in i:1",
                        "docker run --rm --entrypoint sh i:1"));
    }

    static Check image(Trial trial) {
        return new ImageCheck("i:1", FakeProbe.ofTrial(trial));
    }

    private List<Fault> listen() {
        return List.of(
                error("port taken", _ -> taken(), "listen: 127.0.0.1 port", "ss -ltnp 'sport = :"),
                error(
                        "address of another host",
                        _ -> listen(new Listen("203.0.113.1", 0)),
                        "listen: 203.0.113.1 port 0",
                        "ip -brief address"),
                error(
                        "port for root alone",
                        _ -> new ListenCheck(new Listen("127.0.0.1", 22), MachineFaults::denied, () -> false),
                        "Permission denied",
                        "# AmbientCapabilities=CAP_NET_BIND_SERVICE"));
    }

    private Check taken() throws IOException {
        var socket = keep(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        return listen(new Listen("127.0.0.1", socket.getLocalPort()));
    }

    static Check listen(Listen listen) {
        return new ListenCheck(listen, SshEndpoint::requireFree, () -> false);
    }

    private static void denied(Listen listen) {
        throw new ShedException(
                Failure.config("listen: " + listen.address(), "SocketException: Permission denied", "a free port"));
    }

    private static List<Fault> state() {
        return List.of(
                error(
                        "state directory that cannot be written",
                        _ -> new StateCheck("state", Path.of("/proc"), _ -> Long.MAX_VALUE),
                        "/proc cannot be written",
                        "chown " + new UnixSystem().getUid() + " /proc && chmod 0700 /proc"),
                error(
                        "state directory that cannot be created",
                        d -> space(write(d.resolve("file"), "", "rw-------").resolve("state"), Long.MAX_VALUE),
                        "cannot be created in DIR/file",
                        "install -d -m 0700"),
                error(
                        "state directory that is none",
                        d -> space(write(d.resolve("file"), "", "rw-------"), Long.MAX_VALUE),
                        "DIR/file is not a directory",
                        "mv DIR/file DIR/file.old"),
                error("full disk", d -> space(d, 1 << 20), "has 1 MiB left, less than", "df -h DIR"),
                warning("disk that is nearly full", d -> space(d, 512 << 20), "has 512 MiB left", "du -xh"));
    }

    static Check space(Path directory, long left) {
        return new StateCheck("state", directory, _ -> left);
    }

    private static List<Fault> names() {
        return List.of(
                error(
                        "name of the address that is unknown",
                        _ -> name("listen.address"),
                        "listen.address: gw.example.org cannot be resolved",
                        "getent hosts gw.example.org"),
                warning(
                        "name of the forge that is unknown",
                        _ -> name("create.forge"),
                        "create.forge: gw.example.org cannot be resolved",
                        "# create: {forge: https://gw.example.org/, env-file: FILE}, with https_proxy=URL in FILE"));
    }

    private static Check name(String key) {
        return new NamesCheck(Map.of(key, "gw.example.org"), name -> {
            throw new UnknownHostException(name);
        });
    }

    private static List<Fault> clock() {
        return List.of(
                error(
                        "clock that is minutes off",
                        _ -> clock(NOW, NOW.plusSeconds(300)),
                        "the engine's clock differs by 300 s",
                        "timedatectl set-ntp true"),
                warning(
                        "clock that is seconds off",
                        _ -> clock(NOW, NOW.minusSeconds(20)),
                        "the engine's clock differs by 20 s",
                        "timedatectl set-ntp true"),
                error(
                        "clock that was never set",
                        _ -> clock(Instant.EPOCH, Instant.EPOCH),
                        "the clock shows 1970-01-01T00:00:00Z",
                        "timedatectl set-ntp true"));
    }

    static Check clock(Instant ours, Instant theirs) {
        return new ClockCheck(Clock.fixed(ours, ZoneOffset.UTC), FakeProbe.ofTime(theirs));
    }

    private static List<Fault> limits() {
        return List.of(
                error(
                        "few descriptors",
                        d -> limits(d, "256", "unlimited", "max", "16384"),
                        "256 open files are allowed (RLIMIT_NOFILE); 256 connections may need 4096",
                        "ulimit -n 65536"),
                warning(
                        "fewer descriptors than could be used",
                        d -> limits(d, "1024", "unlimited", "max", "16384"),
                        "1024 open files are allowed",
                        "LimitNOFILE=65536"),
                warning(
                        "few processes",
                        d -> limits(d, "65536", "100", "max", "16384"),
                        "RLIMIT_NPROC",
                        "ulimit -u 65536"),
                warning(
                        "few threads in the control group",
                        d -> limits(d, "65536", "unlimited", "100", "16384"),
                        "100 threads are allowed in this control group",
                        "systemctl set-property shed-gateway TasksMax=infinity"),
                warning(
                        "few pages for pipes",
                        d -> limits(d, "65536", "unlimited", "max", "64"),
                        "64 pages of pipes",
                        "sysctl -w fs.pipe-user-pages-soft=16384"));
    }

    static Check limits(Path root, String files, String processes, String threads, String pages) throws Exception {
        write(root.resolve("proc/self/limits"), """
            Limit                     Soft Limit           Hard Limit           Units
            Max processes             %-20s 63000                processes
            Max open files            %-20s 1048576              files
            """.formatted(processes, files), "rw-r--r--");
        write(root.resolve("proc/self/cgroup"), "0::/system.slice/x\n", "rw-r--r--");
        write(root.resolve("sys/fs/cgroup/system.slice/x/pids.max"), threads + "\n", "rw-r--r--");
        write(root.resolve("proc/sys/fs/pipe-user-pages-soft"), pages + "\n", "rw-r--r--");
        return new LimitsCheck(root, 256);
    }
}
