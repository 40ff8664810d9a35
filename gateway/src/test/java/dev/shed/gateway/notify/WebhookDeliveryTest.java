package dev.shed.gateway.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.shed.gateway.metrics.HttpListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhookDeliveryTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private record Request(
            String title,
            String tags,
            String priority,
            @Nullable String click,
            @Nullable String token,
            String text) {}

    private final LinkedBlockingQueue<Request> requests = new LinkedBlockingQueue<>();

    /// The answers to the next requests; after these, 200.
    private final Deque<Integer> answers = new ArrayDeque<>();

    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        HttpListener.setLimits(); // for HttpListenerTest, which may come later in this virtual machine
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = exchange.getRequestHeaders();
            requests.add(new Request(
                    headers.getFirst("Title"),
                    headers.getFirst("Tags"),
                    headers.getFirst("Priority"),
                    headers.getFirst("Click"),
                    headers.getFirst("Authorization"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            int status = answers.isEmpty() ? 200 : answers.remove();
            if (status / 100 == 3) {
                exchange.getResponseHeaders().add("Location", "/elsewhere");
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private WebhookDelivery webhook(Optional<Path> token, Optional<String> host, Duration limit) {
        var address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/topic");
        var pauses = List.of(Duration.ofMillis(1), Duration.ofMillis(1));
        return new WebhookDelivery(new WebhookDelivery.Settings(address, token, host, limit, pauses));
    }

    private void deliver(String message) throws Exception {
        try (var webhook = webhook(Optional.empty(), Optional.empty(), LONG)) {
            webhook.deliver(CommandDeliveryTest.notification(message));
        }
    }

    private Path token(String text, String mode) throws IOException {
        var file = Files.writeString(directory.resolve("token"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void itPostsAsNtfyTakesIt() throws Exception {
        var token = token("tk_secret\n", "rw-------");
        try (var webhook = webhook(Optional.of(token), Optional.of("gw.example.org:2222"), LONG)) {
            webhook.deliver(CommandDeliveryTest.notification("Bash: echo \u00e4"));
        }
        assertThat(requests)
                .containsExactly(new Request(
                        "demo+work needs approval",
                        "warning",
                        "4",
                        "ssh://demo+work@gw.example.org:2222",
                        "Bearer tk_secret",
                        "claude-code: Bash: echo \u00e4"));
    }

    @Test
    void withoutSettingsThereIsNeitherTokenNorClick() throws Exception {
        deliver("x");
        assertThat(requests)
                .containsExactly(new Request("demo+work needs approval", "warning", "4", null, null, "claude-code: x"));
    }

    @Test
    void aServerThatIsBusyIsAskedAgain() throws Exception {
        answers.addAll(List.of(503, 429));
        deliver("x");
        assertThat(requests).hasSize(3);
    }

    @Test
    void notForEver() {
        answers.addAll(List.of(500, 500, 500, 500));
        assertThatThrownBy(() -> deliver("x")).isInstanceOf(IOException.class).hasMessageContaining("status 500");
        assertThat(requests).hasSize(3);
    }

    @Test
    void aRefusalIsFinal() {
        answers.add(403);
        assertThatThrownBy(() -> deliver("x")).hasMessageContaining("status 403");
        assertThat(requests).hasSize(1);
    }

    /// The token, and what is asked, go to the configured server only.
    @Test
    void noRedirectIsFollowed() {
        answers.add(307);
        assertThatThrownBy(() -> deliver("x")).hasMessageContaining("redirects");
        assertThat(requests).hasSize(1);
    }

    @Test
    void aServerThatDoesNotAnswerIsLeft() throws Exception {
        var silent = new LinkedBlockingQueue<Integer>();
        server.removeContext("/");
        server.createContext("/", exchange -> {
            try {
                silent.take();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        try (var webhook = webhook(Optional.empty(), Optional.empty(), Duration.ofMillis(200))) {
            assertThatThrownBy(() -> webhook.deliver(CommandDeliveryTest.notification("x")))
                    .isInstanceOf(IOException.class);
        } finally {
            silent.addAll(List.of(1, 2, 3, 4));
        }
    }

    @Test
    void aTokenThatOthersCanReadIsNotUsed() throws Exception {
        var token = token("tk_secret", "rw-r--r--");
        try (var webhook = webhook(Optional.of(token), Optional.empty(), LONG)) {
            assertThatThrownBy(() -> webhook.deliver(CommandDeliveryTest.notification("x")))
                    .hasMessageContaining("chmod 600")
                    .hasMessageNotContaining("secret");
        }
        assertThat(requests).isEmpty();
    }
}
