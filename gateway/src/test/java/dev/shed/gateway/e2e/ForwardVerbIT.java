package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.config.GatewayConfig.Listen;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// `shed forward`, with real servers in a shed.
@Execution(ExecutionMode.CONCURRENT)
class ForwardVerbIT {
    private static Desk desk;
    private static LiveGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        desk = Desk.make();
        gateway = TwoServers.serve(desk, "one", new Listen("127.0.0.1", 0));
    }

    @AfterAll
    static void stop() throws Exception {
        desk.hangUp();
        gateway.close();
        desk.close();
    }

    /// A port that is free on this machine now, so that a shed may use its number.
    private static int free() throws IOException {
        return ChildGateway.freePort();
    }

    /// Serves the word `NAME` over HTTP, at `ADDRESS/PORT`.
    private static Process serve(String shed, String name, String place) throws IOException {
        return PortsIT.listener(shed, "dev", name, place);
    }

    private static String shed() throws IOException {
        return gateway.place().newShed("one");
    }

    /// What answers at a URL.
    private static String get(String url) throws IOException {
        try (var answer = URI.create(url).toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// The sockets and logs of calls that are going on.
    private static List<String> traces(Desk desk) throws IOException {
        var run = desk.home().resolve(".shed").resolve("run");
        if (!Files.isDirectory(run)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(run)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("f"))
                    .toList();
        }
    }

    private static BufferedReader lines(Process forward) {
        return forward.inputReader(StandardCharsets.UTF_8);
    }

    private static Process piped(Desk desk, String... words) throws IOException {
        return desk.client(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static void interrupt(Process process) throws Exception {
        Run.run(List.of("kill", "-INT", Long.toString(process.pid()))).orFail();
    }

    @Test
    @Exercises("forward")
    void aNamedPortIsThereAndAPipeGetsOnlyUrls() throws Exception {
        var shed = shed();
        int port = free();
        int other = free();
        try (var _ = new ClosingListener(serve(shed, "web", "127.0.0.1/" + port))) {
            var forward = piped(desk, "forward", shed, Integer.toString(port), other + ":" + port);
            var lines = lines(forward);
            assertThat(Run.line(lines)).isEqualTo("http://127.0.0.1:" + port + " " + port);
            assertThat(Run.line(lines)).isEqualTo("http://127.0.0.1:" + other + " " + port);
            assertThat(get("http://127.0.0.1:" + port)).isEqualTo("web");
            assertThat(get("http://127.0.0.1:" + other)).isEqualTo("web");
            var processes = forward.descendants().toList();
            assertThat(processes).isNotEmpty();
            interrupt(forward);
            assertThat(Run.status(forward)).isEqualTo(130);
            assertThat(Run.line(lines)).isNull();
            Await.until("ssh's end", () -> processes.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    private record ClosingListener(Process process) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
        }
    }

    @Test
    @Exercises("forward --all")
    void allPortsComeAndGoOnATerminal() throws Exception {
        var shed = shed();
        int port = free();
        try (var terminal = desk.terminal("forward", shed, "--all")) {
            terminal.await("nothing listens in " + shed + " yet");
            try (var _ = new ClosingListener(serve(shed, "a\\x1b[31mb", "127.0.0.1/" + port))) {
                terminal.await("http://127.0.0.1:" + port + " -> " + shed + ":" + port + " (a\\x1b[31mb)");
                assertThat(get("http://127.0.0.1:" + port)).isEqualTo("a\\x1b[31mb");
            }
            terminal.await("closed: http://127.0.0.1:" + port);
            assertThat(isOpen(port)).isFalse();
            var java = terminal.process();
            var processes = Stream.concat(java.descendants(), Stream.of(java)).toList();
            terminal.press("C-c");
            assertThat(terminal.status()).isEqualTo(130);
            Await.until("the end of all", () -> processes.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(terminal.screen()).doesNotContain("is lost");
        }
    }

    @Test
    @Exercises({"ports", "ports --watch", "ports --json"})
    void theGatewaysOwnListIsFollowed() throws Exception {
        var shed = shed();
        assertThat(desk.shed("ports", shed).orFail()).startsWith("ADDRESS");
        var watch = piped(desk, "ports", shed, "--watch", "--json");
        try (var lines = lines(watch)) {
            assertThat(Run.line(lines)).isEqualTo("{\"ports\":[]}");
            int port = free();
            try (var _ = new ClosingListener(serve(shed, "web", "127.0.0.1/" + port))) {
                assertThat(Run.line(lines)).contains("\"port\":" + port);
            }
            assertThat(Run.line(lines)).isEqualTo("{\"ports\":[]}");
        } finally {
            watch.descendants().forEach(ProcessHandle::destroy);
            watch.destroy();
        }
    }

    private static boolean isOpen(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void aTakenPortIsReplacedAndSaidSo() throws Exception {
        var shed = shed();
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var _ = new ClosingListener(serve(shed, "web", "0.0.0.0/" + taken.getLocalPort()))) {
            int port = taken.getLocalPort();
            try (var terminal = desk.terminal("forward", shed, Integer.toString(port))) {
                var screen = terminal.await(shed + ":" + port + " (web)");
                assertThat(screen).contains("port " + port + " is in use on this machine");
                var url = screen.lines()
                        .filter(line -> line.startsWith("http://"))
                        .map(line -> line.substring(0, line.indexOf(' ')))
                        .findFirst()
                        .orElseThrow();
                assertThat(url).doesNotEndWith(":" + port);
                assertThat(get(url)).isEqualTo("web");
                terminal.press("C-c");
                assertThat(terminal.status()).isEqualTo(130);
            }
            var exactly = desk.shed("forward", shed, port + ":" + port);
            assertThat(exactly.status()).isEqualTo(73);
            assertThat(exactly.err()).startsWith("shed: port " + port + " is in use on this machine\nTry:");
        }
    }

    @Test
    @Exercises("forward --server")
    void wrongWordsAndUnknownShedsAreTold() throws Exception {
        for (var words : List.of(
                List.of("forward", "x"),
                List.of("forward", "x", "80", "--all"),
                List.of("forward", "x", "0"),
                List.of("forward", "x", "70000"),
                List.of("forward", "x", "-oProxyCommand=id"),
                List.of("forward", "x", "80:host:80"),
                List.of("forward", "-oProxyCommand=id", "80"))) {
            assertThat(desk.shed(words.toArray(String[]::new)).status())
                    .as("%s", words)
                    .isEqualTo(64);
        }
        for (var ports : List.of("--all", "8080")) {
            var unknown = desk.shed("forward", "onenosuch", ports, "--server", "one");
            assertThat(unknown.status()).as(ports).isEqualTo(66);
            assertThat(unknown.err()).contains("onenosuch").startsWith("shed: ");
        }
    }

    @Test
    void itComesBackWhenTheGatewayDoes() throws Exception {
        try (var place = ChildGateway.start();
                var laptop = Desk.make()) {
            place.place().admit(laptop.publicKey(), "");
            laptop.shed(
                            "server",
                            "add",
                            "127.0.0.1",
                            "--port",
                            Integer.toString(place.place().port()),
                            "--trust-on-first-use")
                    .orFail();
            var shed = place.place().newShed();
            int port = free();
            try (var _ = new ClosingListener(serve(shed, "web", "127.0.0.1/" + port));
                    var terminal = laptop.terminal("forward", shed, "--all")) {
                terminal.await("http://127.0.0.1:" + port);
                place.kill();
                terminal.await("is lost");
                place.startAgain();
                terminal.await("reconnected");
                assertThat(get("http://127.0.0.1:" + port)).isEqualTo("web");
                try (var _ = new ClosingListener(serve(shed, "late", "127.0.0.1/" + free()))) {
                    terminal.await("(late)");
                }
                terminal.press("C-c");
                assertThat(terminal.status()).isEqualTo(130);
                assertThat(traces(laptop)).isEmpty();
            }
        }
    }
}
