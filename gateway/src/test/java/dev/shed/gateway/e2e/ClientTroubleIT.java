package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.config.GatewayConfig.Listen;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers that do not do what they should, beside one that does: `down` refuses connections, `hangs` takes them and is
/// silent, `changed` has another host key than it had.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class ClientTroubleIT {
    private static Desk desk;
    private static LiveGateway one;
    private static LiveGateway changed;
    private static ServerSocket hangs;
    private static String shed;

    @BeforeAll
    static void start() throws Exception {
        desk = Desk.make();
        one = TwoServers.serve(desk, "one", new Listen("127.0.0.1", 0));
        shed = one.place().newShed("one");
        int port;
        try (var before = TwoServers.serve(desk, "changed", new Listen("127.0.0.3", 0))) {
            port = before.place().port();
        }
        changed = LiveGateway.startAt(Place.make(), new Listen("127.0.0.3", port));
        // Connections wait in its queue; nobody ever looks.
        hangs = new ServerSocket(0, 200, InetAddress.getByName("127.0.0.4"));
        know("hangs", "127.0.0.4", hangs.getLocalPort());
        // Nobody listens at this address.
        know("down", "127.0.0.5", one.place().port());
    }

    private static void know(String name, String host, int port) throws IOException {
        var lines = "  %s:%n    host: \"%s\"%n    port: %d%n".formatted(name, host, port);
        Files.writeString(desk.home().resolve(".shed").resolve("config.yaml"), lines, StandardOpenOption.APPEND);
    }

    @AfterAll
    static void stop() throws Exception {
        try (var _ = desk;
                var _ = one;
                var _ = changed;
                var _ = hangs) {
            desk.hangUp();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list --server S",
                "list --server S --json",
                "version --server S",
                "sessions S/x",
                "sessions --server S --json",
                "create S/x",
                "info S/x",
                "ports S/x",
                "start S/x",
                "stop S/x",
                "restart S/x",
                "delete S/x --force",
                "kill S/x y",
                "rename S/x y z",
                "peek S/x",
                "send S/x y text",
            })
    void aVerbExplainsWhatIsWrongWithTheServer(String words) throws Exception {
        var down = desk.shed(words.replace("S", "down").split(" "));
        assertThat(down.status()).as(down.said()).isEqualTo(69);
        assertThat(down.said()).contains("server 'down' (127.0.0.5, port ", "does not answer", "Connection refused");
        if (words.contains("--json")) {
            assertThat(down.out()).startsWith("{\"error\":{\"code\":\"SERVER_UNREACHABLE\"");
            assertThat(down.err()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"list --server changed --json", "stop changed/x", "create changed/x", "send changed/x y z"})
    void aVerbExplainsAHostKeyThatHasChanged(String words) throws Exception {
        var result = desk.shed(words.split(" "));
        assertThat(result.status()).as(result.said()).isEqualTo(76);
        assertThat(result.said())
                .containsPattern("host key of server 'changed' HAS CHANGED from SHA256:\\S+ to SHA256:")
                .contains("shed server add 127.0.0.3 --name changed")
                .doesNotContain("ssh-keygen");
        if (words.contains("--json")) {
            assertThat(result.out()).startsWith("{\"error\":{\"code\":\"HOST_KEY_CHANGED\"");
            assertThat(result.err()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec S/x true", "console S/x", "events S/x", "wait S/x y"})
    void anSshInTheClientsPlaceExplainsItself(String words) throws Exception {
        var down = desk.shed(words.replace("S", "down").split(" "));
        assertThat(down.status()).isEqualTo(255);
        assertThat(down.err()).contains("Connection refused");
        var other = desk.shed(words.replace("S", "changed").split(" "));
        assertThat(other.status()).isEqualTo(255);
        assertThat(other.err()).contains("REMOTE HOST IDENTIFICATION HAS CHANGED", "Host key verification failed");
    }

    @Test
    void attachSaysWhyThereIsNothingToAttachTo() throws Exception {
        try (var down = desk.terminal("attach", "down/x");
                var other = desk.terminal("attach", "changed/x")) {
            assertThat(down.status()).isEqualTo(69);
            assertThat(down.screen()).contains("server 'down'", "does not answer");
            assertThat(other.status()).isEqualTo(76);
            assertThat(other.screen()).contains("HAS CHANGED");
        }
    }

    @Test
    void aServerThatIsSilentIsNotWaitedForLong() throws Exception {
        var calls = Map.of(
                "list --server hangs",
                69,
                "stop hangs/x",
                69,
                "exec hangs/x true",
                255,
                "server add 127.0.0.4 --name h --trust-on-first-use --port " + hangs.getLocalPort(),
                69);
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = new ArrayList<Callable<Void>>();
            calls.forEach((words, status) -> results.add(() -> {
                // Run.run fails after a minute.
                var result = desk.shed(words.split(" "));
                assertThat(result.status()).as("%s: %s", words, result.said()).isEqualTo(status);
                assertThat(result.err()).containsPattern("timed out|no answer");
                return null;
            }));
            for (var result : tasks.invokeAll(results)) {
                result.get();
            }
        }
    }

    @Test
    void theOthersAreListedAndTheStatusTells() throws Exception {
        for (var verb : List.of("list", "sessions")) {
            if (verb.equals("sessions")) {
                Place.inside(shed, "tmux", "-u", "new-session", "-d", "-s", "there")
                        .orFail();
            }
            var table = desk.shed(verb, "--all");
            assertThat(table.status()).isEqualTo(69);
            assertThat(table.out()).containsPattern("one +" + shed);
            assertThat(table.err())
                    .containsPattern("server 'down': .*Connection refused")
                    .containsPattern("server 'hangs': ")
                    .containsPattern("server 'changed': ");
        }
        var json = desk.shed("list", "--all", "--json");
        assertThat(json.status()).isEqualTo(69);
        assertThat(json.out())
                .contains("\"server\":\"one\",\"name\":\"" + shed + "\"", "\"errors\":[{\"server\":\"changed\"");

        var servers = desk.shed("server", "list");
        assertThat(servers.status()).isZero();
        assertThat(servers.out())
                .containsPattern("one +127.0.0.1 .* answers")
                .containsPattern("down +127.0.0.5 .*Connection refused")
                .containsPattern("hangs +127.0.0.4 .*no answer|timed out");
    }

    @Test
    void aShedIsFoundThoughOtherServersAreNot() throws Exception {
        try (var other = Desk.make()) {
            TwoServers.know(other, one, "one", "127.0.0.1");
            var config = other.home().resolve(".shed").resolve("config.yaml");
            Files.writeString(
                    config,
                    "default: down%nservers:%n  down:%n    host: \"127.0.0.5\"%n    port: 1%n".formatted()
                            + Files.readString(config).replaceFirst("(?s).*servers:\n", ""));
            var result = other.shed("exec", shed, "hostname");
            assertThat(result.out()).as(result.said()).isEqualTo(shed + "\n");
            assertThat(result.err()).contains("server 'down': ");
        }
    }

    /// Whether one that does not answer has such a shed as well nobody knows.
    @Test
    void nothingIsEndedOnAGuess() throws Exception {
        for (var line : List.of("stop SHED", "delete SHED --force", "send SHED s text")) {
            var result = desk.shed(line.replace("SHED", shed).split(" ", -1));
            assertThat(result.status()).as(result.said()).isEqualTo(66);
            assertThat(result.err())
                    .contains("is on server 'one', and other servers may have one, too: server 'changed': ")
                    .contains("server 'down': ", "\n  shed " + line.replace("SHED", "one/" + shed) + "\n");
        }
        assertThat(desk.shed("info", shed).orFail()).contains("running");
    }

    @Test
    void aChangedKeyIsTakenOnlyByItsFingerprint() throws Exception {
        var port = Integer.toString(changed.place().port());
        try (var other = Desk.make()) {
            changed.place().admit(other.publicKey(), "role=\"user\"");
            var known = Files.readString(desk.home().resolve(".shed").resolve("known_hosts"));
            Files.createDirectories(other.home().resolve(".shed"));
            Files.writeString(other.home().resolve(".shed").resolve("known_hosts"), known);
            var trusting = other.shed("server", "add", "127.0.0.3", "--port", port, "--trust-on-first-use");
            assertThat(trusting.status()).isEqualTo(76);
            assertThat(trusting.err()).contains("has changed from SHA256:");
            var fingerprint = trusting.err().replaceAll("(?s).* to (SHA256:\\S{43}).*", "$1");
            other.shed("server", "add", "127.0.0.3", "--port", port, "--fingerprint", fingerprint)
                    .orFail();
            assertThat(other.shed("version").status()).isZero();
        }
    }
}
