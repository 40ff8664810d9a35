package dev.shed.gateway.container.docker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An engine of which only the bytes are there.
class HttpExchangeTest {
    @TempDir
    private Path directory;

    private final CompletableFuture<String> asked = new CompletableFuture<>();
    private Path socket;
    private ServerSocketChannel engine;

    @BeforeEach
    void listen() throws IOException {
        socket = directory.resolve("s");
        engine = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
    }

    @Test
    void anAnswerIsReadToItsEnd() throws Exception {
        var text = "x".repeat(100_000);
        answer("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{\"a\":", "\"" + text, "\"}");

        assertThat(HttpExchange.json(socket, "/v1.41/x?y=%7B").path("a").asText())
                .isEqualTo(text);
        assertThat(asked.get()).startsWith("GET /v1.41/x?y=%7B HTTP/1.0\r\n");
    }

    @Test
    void aNoIsSaidWithItsStatusAndWords() throws Exception {
        answer("HTTP/1.0 404 Not Found\r\nContent-Length: 26\r\n\r\n{\"message\":", "\"no such one\"}");
        assertRefused(404, "no such one");

        answer("HTTP/1.0 400 Bad Request\r\n\r\n");
        assertRefused(400, "status 400");

        answer("HTTP/1.0 500 Internal Server Error\r\n\r\n");
        assertRefused(500, "status 500");
    }

    private void assertRefused(int status, String words) {
        assertThatThrownBy(() -> HttpExchange.json(socket, "/x"))
                .isInstanceOfSatisfying(EngineRefusedException.class, e -> {
                    assertThat(e.status()).isEqualTo(status);
                    assertThat(e.words()).isEqualTo(words);
                });
    }

    @Test
    void whatIsCutOffIsNoAnswer() {
        for (var cut : List.of(
                "",
                "HTTP/1.0 200",
                "HTTP/1.0 200 OK\r\n\r\n",
                "HTTP/1.0 200 OK\r\n\r\n[",
                "HTTP/1.0 200 OK\r\n\r\n{\"a\":1",
                "SSH-2.0-x\r\n\r\n")) {
            answer(cut);
            assertThatThrownBy(() -> HttpExchange.json(socket, "/x")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatNamesNoVersionIsNoEngine() {
        answer("HTTP/1.0 200 OK\r\n\r\nOK");
        assertThatThrownBy(() -> HttpExchange.apiVersion(socket))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("this is not a container engine");
    }

    private void answer(String... pieces) {
        Thread.ofVirtual().start(() -> {
            try (var client = engine.accept()) {
                var request = ByteBuffer.allocate(1000);
                client.read(request);
                asked.complete(UTF_8.decode(request.flip()).toString());
                for (var piece : pieces) {
                    HttpExchange.writeAll(client, ByteBuffer.wrap(piece.getBytes(UTF_8)));
                }
            } catch (IOException e) {
                asked.completeExceptionally(e);
            }
        });
    }
}
