package dev.shed.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import dev.shed.gateway.metrics.HttpListener.Page;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whoever is on the host may connect, and send what they like.
@Timeout(120)
class HttpListenerTest {
    /// Longer than any limit of the server.
    private static final int LARGE = 1 << 20;

    private final List<Socket> sockets = new ArrayList<>();
    private HttpListener listener;

    @BeforeEach
    void listen() throws IOException {
        var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        listener = HttpListener.open(
                address,
                Map.of(
                        "/page",
                        () -> Page.text(200, "well\n"),
                        "/large",
                        () -> Page.text(200, "x".repeat(64 << 20)),
                        "/defect",
                        () -> {
                            throw new IllegalStateException("a secret of the gateway");
                        }));
    }

    @AfterEach
    void close() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
        listener.close();
    }

    private Socket connect() throws IOException {
        var socket = Http.connect(listener.address());
        sockets.add(socket);
        return socket;
    }

    /// Whether the server has ended the connection, with or without an answer.
    private static boolean hasEnded(Socket socket) throws IOException {
        try {
            return socket.getInputStream().readNBytes(LARGE).length < LARGE;
        } catch (SocketException _) {
            return true;
        }
    }

    @Test
    void aPageIsAnsweredAndTheConnectionCloses() throws IOException {
        var answer = Http.get(listener.address(), "/page?query");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers())
                .containsIgnoringCase("content-type: text/plain")
                .containsIgnoringCase("connection: close");
        assertThat(answer.body()).isEqualTo("well\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/pages", "/page/", "/../page", "/page%2f"})
    void thereIsNoOther(String path) throws IOException {
        var answer = Http.get(listener.address(), path);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("no such page; there are /defect, /large, /page\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "X"})
    void onlyGetIsAnswered(String method) throws IOException {
        var answer = Http.send(listener.address(), method + " /page HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers()).contains("Allow: GET");
    }

    @Test
    void aDefectIsNotTold() throws IOException {
        var answer = Http.get(listener.address(), "/defect");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /page\r\n\r\n",
                "\u0000\u0001\u0002\r\n\r\n",
                "GET a:b HTTP/1.1\r\n\r\n",
                "GET /%zz HTTP/1.1\r\n\r\n",
                "GET /page HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                "GET /page HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "SSH-2.0-OpenSSH_10.0\r\n",
            })
    void whatIsNoRequestEndsTheConnection(String request) throws IOException {
        var socket = connect();
        Http.write(socket, request);
        assertThat(hasEnded(socket)).isTrue();
        assertThat(Http.get(listener.address(), "/page").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /", "GET / HTTP/1.1\r\nX: ", "GET / HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n"})
    void whatIsTooLargeIsNotRead(String beginning) throws IOException {
        var socket = connect();
        try {
            Http.write(socket, beginning);
            Http.write(socket, "x".repeat(64 << 20));
        } catch (SocketException _) {
            // It has closed the connection already.
        }
        assertThat(hasEnded(socket)).isTrue();
        assertThat(Http.get(listener.address(), "/page").status()).isEqualTo(200);
    }

    /// Silent from the first byte on, in the middle of a line, or of a body.
    @ParameterizedTest
    @ValueSource(strings = {"", "GET /pa", "GET /page HTTP/1.1\r\n", "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n"})
    void whoIsSlowHoldsUpNobodyAndIsPutOut(String beginning) throws IOException {
        var socket = connect();
        Http.write(socket, beginning);
        assertThat(Http.get(listener.address(), "/page").status()).isEqualTo(200);
        assertThat(hasEnded(socket)).isTrue();
    }

    @Test
    void whoReadsNothingHoldsUpNobodyAndIsPutOut() throws Exception {
        var socket = connect();
        Http.write(socket, "GET /large HTTP/1.1\r\n\r\n");
        assertThat(Http.get(listener.address(), "/page").status()).isEqualTo(200);
        // A write to a connection that the other side has reset fails.
        Await.until("put out", Duration.ofSeconds(60), () -> {
            try {
                Http.write(socket, "x");
                return false;
            } catch (SocketException _) {
                return true;
            }
        });
    }

    @Test
    void onlySoManyConnectOnceAndLaterOthersDo() throws Exception {
        for (int i = 0; i < 5 * HttpListener.MOST; i++) {
            Http.write(connect(), "GET /pa");
        }
        var answers = 0;
        for (var socket : sockets) {
            assertThat(hasEnded(socket)).isTrue();
            answers++;
        }
        assertThat(answers).isEqualTo(5 * HttpListener.MOST);
        Await.until("a place is free", () -> {
            try {
                return Http.get(listener.address(), "/page").status() == 200;
            } catch (IOException _) {
                return false;
            }
        });
    }

    @Test
    void afterItsEndNothingListens() {
        listener.close();
        assertThatThrownBy(() -> Http.get(listener.address(), "/page")).isInstanceOf(Exception.class);
    }
}
