package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.shed.gateway.Await;
import dev.shed.gateway.config.Agents;
import dev.shed.gateway.config.Notifications;
import dev.shed.gateway.metrics.HttpListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `notify.command` and `notify.webhook` of a real gateway, from an agent that asks in a real shed.
@Timeout(180)
class NotificationsIT {
    /// Of this run only: a shed that an earlier run has left may ask something.
    private static final String PREFIX = "notified" + Long.toHexString(System.nanoTime() & 0xffffff) + "-";

    private static final LinkedBlockingQueue<String> POSTS = new LinkedBlockingQueue<>();

    @TempDir
    static Path directory;

    private static HttpServer server;
    private static LiveGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        HttpListener.setLimits(); // for MetricsIT, which may come later in this virtual machine
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/topic", NotificationsIT::take);
        server.start();
        gateway = start(PREFIX + "*");
    }

    @AfterAll
    static void stop() throws Exception {
        server.stop(0);
        gateway.close();
    }

    private static void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            var title = exchange.getRequestHeaders().getFirst("Title");
            POSTS.add(title + ": " + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            exchange.sendResponseHeaders(200, -1);
        }
    }

    /// One that tells of these sheds, at once and as often as it can.
    private static LiveGateway start(String sheds) throws IOException {
        return start(sheds, Duration.ZERO, Duration.ZERO);
    }

    /// @param dwell how long a question waits before it tells of it
    /// @param quiet how long it tells nothing about a session after its owner has typed there
    private static LiveGateway start(String sheds, Duration dwell, Duration quiet) throws IOException {
        var program = Files.writeString(directory.resolve("tell"), """
                #!/bin/sh
                printf '%s: %s\\n' "$SHED_TITLE" "$SHED_TEXT" >>"$1"
                """);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        var topic = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/topic");
        var notifications = new Notifications(
                List.of(program.toString(), directory.resolve("told").toString()),
                Optional.of(topic),
                Optional.empty(),
                Optional.empty(),
                List.of(sheds),
                Notifications.NONE.statuses(),
                dwell,
                Duration.ZERO,
                quiet,
                "never");
        return LiveGateway.start(URI.create(Place.ENGINE), Agents.DEFAULTS, notifications);
    }

    private static void awaitTold(String line) throws Exception {
        assertThat(POSTS.poll(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(line);
        Await.get(
                "what the command was told",
                Await.PATIENCE,
                () -> Files.exists(directory.resolve("told")) ? Files.readString(directory.resolve("told")) : "",
                told -> told.contains(line));
        Files.delete(directory.resolve("told"));
    }

    /// Another one, which tells of these sheds those who are attached.
    private static LiveGateway tellingAttached(String sheds) throws IOException {
        var notifications = new Notifications(
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(sheds),
                Notifications.NONE.statuses(),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                "status-line");
        return LiveGateway.start(URI.create(Place.ENGINE), Agents.DEFAULTS, notifications);
    }

    private static String messages(String shed) throws IOException {
        return Place.inside(shed, "sh", "-c", "tmux -u show-messages -t \"$(tmux list-clients -F '#{client_name}')\"")
                .out();
    }

    /// The name of the session is what tmux must not read as a format.
    @Test
    void whoIsAttachedElsewhereIsToldInTheStatusLine() throws Exception {
        try (var telling = tellingAttached("told-*")) {
            var shed = telling.place().newShed("told-");
            var other = telling.place().newShed();
            FakeAgent.install(telling, shed);
            try (var terminal = Terminal.ssh(telling.place(), other + "@gw")) {
                terminal.awaitPrompt();
                var name = "a##{pid}##(touch /tmp/hostile)%H";
                Place.inside(shed, "tmux", "-u", "new-session", "-d", "-s", name, "exec ~/bin/hooked 1 demo")
                        .orFail();
                var line = "message: needs approval: " + shed + "+a#{pid}#(touch /tmp/hostile)%H";
                Await.get("the line", Await.PATIENCE, () -> messages(other), log -> log.contains(line));

                assertThat(messages(other)).doesNotContain("Bash");
                assertThat(terminal.ask("$((40+2))")).isEqualTo("42");
                assertThat(Place.inside(other, "ls", "/tmp/hostile").status()).isEqualTo(2);
            }
        }
    }

    /// The second gateway begins while the agent asks.
    @Test
    void whoeverIsConfiguredIsToldWhatAnAgentAsks() throws Exception {
        var shed = gateway.place().newShed(PREFIX);
        FakeAgent.install(gateway, shed);
        Place.inside(shed, "tmux", "-u", "new-session", "-d", "-s", "work", "exec ~/bin/hooked 2 demo")
                .orFail();
        awaitTold(shed + "+work needs approval: claude-code: Bash: demo 1");

        try (var _ = start(shed)) {
            awaitTold(shed + "+work needs approval: claude-code: Bash: demo 1");
        }

        Place.inside(shed, "tmux", "send-keys", "-t", "=work:", "y").orFail();
        awaitTold(shed + "+work needs approval: claude-code: Bash: demo 2");
    }

    /// The second question of each session comes before the other session begins, of which the owner is told next.
    @Test
    void whoHasAnsweredOrTypedIsAtWork() throws Exception {
        var prefix = "quiet-" + PREFIX;
        try (var quiet = start(prefix + "*", Duration.ofSeconds(2), Duration.ofHours(1))) {
            var shed = quiet.place().newShed(prefix);
            FakeAgent.install(quiet, shed);
            for (var session : List.of("approved", "pressed")) {
                Place.inside(shed, "tmux", "-u", "new-session", "-d", "-s", session, "exec ~/bin/hooked 2 " + session)
                        .orFail();
                awaitTold(shed + "+" + session + " needs approval: claude-code: Bash: " + session + " 1");
            }
            var inbox = Await.get("both", Await.PATIENCE, () -> inbox(quiet, shed), rows -> rows.contains("pressed 1"));
            var id = Pattern.compile("\\{\"id\":\"([^\"]+)\"[^}]*\"session\":\"approved\"")
                    .matcher(inbox);
            assertThat(id.find()).as(inbox).isTrue();
            quiet.ssh("shed@gw", "approve " + id.group(1)).orFail();
            quiet.ssh("shed@gw", "send " + shed + " pressed --key y").orFail();
            Await.until(
                    "both ask again",
                    () -> inbox(quiet, shed).contains("approved 2")
                            && inbox(quiet, shed).contains("pressed 2"));

            Place.inside(shed, "tmux", "-u", "new-session", "-d", "-s", "other", "exec ~/bin/hooked 1 other")
                    .orFail();
            awaitTold(shed + "+other needs approval: claude-code: Bash: other 1");
        }
    }

    /// Of this shed only: others come and go.
    private static String inbox(LiveGateway gateway, String shed) throws IOException {
        return gateway.ssh("-s", shed + "@gw", "inbox --json").orFail();
    }
}
