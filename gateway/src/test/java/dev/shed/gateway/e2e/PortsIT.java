package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// What listens in a real container.
@Execution(ExecutionMode.CONCURRENT)
class PortsIT {
    /// Listens at each `ADDRESS/PORT` under a name of its own, and says that name over HTTP, until stdin ends.
    private static final String LISTENER = """
            import os, socket, sys, threading
            open('/proc/self/comm', 'w').write(sys.argv[1].encode().decode('unicode_escape'))
            def answer(peer):
                with peer:
                    while not peer.recv(65536).endswith(b'\\r\\n\\r\\n'):
                        pass
                    peer.sendall(b'HTTP/1.0 200 OK\\r\\n\\r\\n' + sys.argv[1].encode())
            def serve(s):
                while True:
                    threading.Thread(target=answer, args=(s.accept()[0],), daemon=True).start()
            for place in sys.argv[2:]:
                address, port = place.split('/')
                s = socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if ':' in address:
                    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                s.bind((address, int(port)))
                s.listen(16)
                threading.Thread(target=serve, args=(s,), daemon=True).start()
            print('ready', flush=True)
            sys.stdin.read()
            os._exit(0)
            """;

    private static final ObjectMapper JSON = new ObjectMapper();

    private static LiveGateway gateway;
    private static String shed;
    private static final List<Process> LISTENERS = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        gateway = LiveGateway.start();
        shed = gateway.place().newShed();
        var own = ownAddress();
        listen("dev", "web", "127.0.0.1/7001", "0.0.0.0/7002", own + "/7003", "127.0.0.11/7004");
        if (hasIpv6()) {
            listen("dev", "six", "::1/7001", "::/7006");
        }
        listen("root", "secret", "127.0.0.1/80");
        listen("dev", "a\\x1b[31mb", "127.0.0.1/7007");
    }

    private static String ownAddress() throws IOException {
        return Place.inside(shed, "sh", "-c", "hostname -i | cut -d ' ' -f 1")
                .orFail()
                .strip();
    }

    private static boolean hasIpv6() throws IOException {
        return !Place.inside(shed, "cat", "/proc/net/if_inet6").orFail().isEmpty();
    }

    private static void listen(String user, String... arguments) throws IOException {
        LISTENERS.add(listener(shed, user, arguments));
    }

    /// Something that listens in a shed, with its name first; it ends when its stdin is closed.
    static Process listener(String shed, String user, String... arguments) throws IOException {
        var words = new ArrayList<>(List.of(
                "docker", "-H", Place.ENGINE, "exec", "-i", "-u", user, "shed-" + shed, "python3", "-c", LISTENER));
        words.addAll(List.of(arguments));
        var process = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(new String(process.getInputStream().readNBytes(5), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("ready");
        return process;
    }

    @AfterAll
    static void stop() throws IOException {
        for (var listener : LISTENERS) {
            listener.getOutputStream().close();
        }
        gateway.close();
    }

    private static List<JsonNode> rows(String json) throws IOException {
        return StreamSupport.stream(JSON.readTree(json).get("ports").spliterator(), false)
                .toList();
    }

    private static List<String> places(String json) throws IOException {
        return rows(json).stream()
                .map(row -> row.get("address").asText() + " " + row.get("port").asInt() + " "
                        + row.get("process").asText())
                .toList();
    }

    @Test
    void everyListenerHasAddressPortAndProcess() throws IOException {
        var own = ownAddress();
        var all = places(gateway.ssh("-s", shed + "@gw", "ports --json").orFail());
        assertThat(all).contains("127.0.0.1 7001 web", "0.0.0.0 7002 web", own + " 7003 web");
        if (hasIpv6()) {
            assertThat(all).contains("::1 7001 six", ":: 7006 six");
        }
        assertThat(rows(gateway.ssh("shed@gw", "ports " + shed + " --json").orFail()))
                .allSatisfy(row -> assertThat(row.get("shed_name").asText()).isEqualTo(shed))
                .anySatisfy(row -> assertThat(row.get("pid").asLong()).isPositive());
    }

    @Test
    void anotherUsersProcessIsNotNamed() throws IOException {
        var listing = gateway.ssh("-s", shed + "@gw", "ports --json").orFail();
        assertThat(rows(listing))
                .filteredOn(row -> row.get("port").asInt() == 80)
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.get("process").isNull()).isTrue();
                    assertThat(row.get("pid").isNull()).isTrue();
                });
    }

    /// The engine's own name server is nobody's business; somebody's socket at the same address is.
    @Test
    void theEnginesNameServerIsLeftOut() throws IOException {
        assertThat(places(gateway.ssh("-s", shed + "@gw", "ports --json").orFail()))
                .filteredOn(place -> place.startsWith("127.0.0.11 "))
                .containsExactly("127.0.0.11 7004 web");
    }

    @Test
    void theTableIsForPeopleAndHarmless() throws IOException {
        var table = gateway.ssh("-s", shed + "@gw", "ports").orFail();
        assertThat(table.lines().findFirst().orElseThrow().split(" +"))
                .containsExactly("ADDRESS", "PORT", "PROCESS", "PID");
        assertThat(table).doesNotContain("\u001b").containsPattern("127\\.0\\.0\\.1 +80 +- +-\n");
    }

    /// What `ports --watch --json` says, line by line.
    private static String awaitLine(BufferedReader lines, Predicate<List<String>> wanted) throws IOException {
        for (var line = Run.line(lines); line != null; line = Run.line(lines)) {
            if (wanted.test(places(line))) {
                return line;
            }
        }
        throw new AssertionError("the watch has ended");
    }

    @Test
    void aWatchTellsOfPortsThatOpenAndClose() throws Exception {
        var other = gateway.place().newShed();
        var watch = gateway.place()
                .client("-s", other + "@gw", "ports --watch --json")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var lines = watch.inputReader()) {
            awaitLine(lines, List::isEmpty);
            var listener = listener(other, "dev", "late", "127.0.0.1/7100");
            awaitLine(lines, places -> places.contains("127.0.0.1 7100 late"));
            listener.getOutputStream().close();
            awaitLine(lines, List::isEmpty);
            var again = listener(other, "dev", "again", "0.0.0.0/7100");
            awaitLine(lines, places -> places.contains("0.0.0.0 7100 again"));
            gateway.ssh("shed@gw", "stop " + other).orFail();
            awaitLine(lines, List::isEmpty);
            Run.status(again);
            gateway.ssh("shed@gw", "delete --force " + other).orFail();
            assertThat(Run.status(watch)).isEqualTo(66);
        } finally {
            watch.destroy();
        }
    }
}
