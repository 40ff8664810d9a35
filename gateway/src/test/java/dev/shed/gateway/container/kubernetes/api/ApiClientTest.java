package dev.shed.gateway.container.kubernetes.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.shed.gateway.Await;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ApiClientTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final FakeApiServer server;
    private final CopyOnWriteArrayList<String> results = new CopyOnWriteArrayList<>();

    ApiClientTest() throws IOException {
        server = new FakeApiServer();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private ApiClient client() {
        return new ApiClient(server.cluster(), LIMIT, (result, _) -> results.add(result));
    }

    private static void assertFailure(ThrowingCallable call, Failure.Kind kind, String message, String hint) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ShedException.class, e -> {
            assertThat(e.failure().kind()).isEqualTo(kind);
            assertThat(e.failure().message()).contains(message);
            assertThat(e.failure().hint()).contains(hint);
        });
    }

    /// A token that has expired, until it is renewed.
    private static final class Expiring implements Credential {
        private final AtomicInteger renewed = new AtomicInteger();

        @Override
        public Optional<String> token() {
            return Optional.of("token-" + renewed.get());
        }

        @Override
        public void renew() {
            renewed.incrementAndGet();
        }
    }

    @Test
    void anExpiredTokenIsRenewedOnce() {
        server.on("GET /x", (request, exchange) -> {
            if ("Bearer token-1".equals(request.headers().get("authorization"))) {
                exchange.send(200, "{\"a\":1}");
            } else {
                exchange.refuse(401, "Unauthorized", "Unauthorized");
            }
        });
        var credential = new Expiring();
        try (var client = new ApiClient(server.cluster(credential), LIMIT, (_, _) -> {})) {
            assertThat(client.get("/x").path("a").asInt()).isEqualTo(1);
            assertThat(credential.renewed).hasValue(1);
        }
    }

    @Test
    void aCredentialThatIsNotAcceptedIsAFailure() {
        server.on("GET /x", (_, exchange) -> exchange.refuse(401, "Unauthorized", "Unauthorized"));
        try (var client = client()) {
            assertFailure(() -> client.get("/x"), Failure.Kind.ENGINE_REFUSED, "(401)", "kubectl auth can-i");
            assertThat(server.asked()).hasSize(2);
            assertThat(results).containsExactly("refused");
        }
    }

    @Test
    void theVerbThatARoleLacksIsNamed() {
        var says =
                "pods is forbidden: User \"g\" cannot create resource \"pods\" in API group \"\" in the namespace \"s\"";
        server.on("POST /x", (_, exchange) -> exchange.refuse(403, "Forbidden", says));
        try (var client = client()) {
            assertFailure(
                    () -> client.post("/x", JsonNodeFactory.instance.objectNode()),
                    Failure.Kind.ENGINE_REFUSED,
                    "pods is forbidden",
                    "lacks the verb create for pods;");
        }
    }

    @Test
    void aBusyServerIsAskedAgainWhenItSays() {
        var tries = new AtomicInteger();
        server.on("POST /x", (_, exchange) -> {
            if (tries.incrementAndGet() < 3) {
                exchange.refuse(429, "TooManyRequests", "slow down", "Retry-After: 0");
            } else {
                exchange.send(201, "{}");
            }
        });
        try (var client = client()) {
            client.post("/x", JsonNodeFactory.instance.objectNode());
            assertThat(tries).hasValue(3);
        }
    }

    @Test
    void whoIsInterruptedIsNotToldThatTheServerIsBusy() throws Exception {
        server.on("POST /x", (_, exchange) -> exchange.refuse(429, "TooManyRequests", "slow", "Retry-After: 9"));
        var told = new CompletableFuture<String>();
        try (var client = client()) {
            var waiting = Thread.ofVirtual().start(() -> {
                try {
                    client.post("/x", JsonNodeFactory.instance.objectNode());
                } catch (ShedException e) {
                    told.complete(e.failure().message() + Thread.currentThread().isInterrupted());
                }
            });
            Await.until(
                    "it waits for the next try",
                    () -> Stream.of(waiting.getStackTrace())
                            .anyMatch(frame -> frame.getMethodName().equals("sleep")));
            waiting.interrupt();
            assertThat(told.get(10, TimeUnit.SECONDS)).endsWith("interrupted while waiting for ittrue");
        }
    }

    @Test
    void aServerThatStaysBusyIsUnavailable() {
        server.on("POST /x", (_, exchange) -> exchange.refuse(429, "TooManyRequests", "slow", "Retry-After: 3600"));
        try (var client = client()) {
            assertFailure(
                    () -> client.post("/x", JsonNodeFactory.instance.objectNode()),
                    Failure.Kind.ENGINE_UNAVAILABLE,
                    "429: slow",
                    "/readyz");
            assertThat(server.asked()).hasSize(1);
        }
    }

    /// A creation may have had an effect, so it is not repeated.
    @Test
    void onlyWhatChangesNothingIsRepeatedInTrouble() {
        var tries = new AtomicInteger();
        server.on("(GET|POST) /x", (_, exchange) -> {
            tries.incrementAndGet();
            exchange.refuse(503, "ServiceUnavailable", "etcd is away", "Retry-After: 0");
        });
        try (var client = client()) {
            assertFailure(() -> client.get("/x"), Failure.Kind.ENGINE_UNAVAILABLE, "503: etcd is away", "/readyz");
            assertThat(tries).hasValue(5);
            assertFailure(
                    () -> client.post("/x", JsonNodeFactory.instance.objectNode()),
                    Failure.Kind.ENGINE_UNAVAILABLE,
                    "503",
                    "/readyz");
            assertThat(tries).hasValue(6);
            assertThat(results).containsExactly("unavailable", "unavailable");
        }
    }

    @Test
    void aSlowAnswerIsNotWaitedForForever() {
        var over = new CountDownLatch(1);
        server.on("GET /head", (_, _) -> await(over));
        server.on("GET /body", (_, exchange) -> {
            exchange.begin();
            exchange.line("{");
            await(over);
        });
        try (var client = new ApiClient(server.cluster(), Duration.ofSeconds(1), (_, _) -> {})) {
            assertFailure(
                    () -> client.get("/head"), Failure.Kind.ENGINE_UNAVAILABLE, "no answer within 1 s", "/readyz");
            assertFailure(
                    () -> client.get("/body"), Failure.Kind.ENGINE_UNAVAILABLE, "no answer within 1 s", "/readyz");
        } finally {
            over.countDown();
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void aCutAnswerIsAFailure() {
        server.on("GET /x", (_, exchange) -> {
            exchange.out().write("HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n{\"a\":".getBytes(UTF_8));
            throw new IOException("cut");
        });
        try (var client = client()) {
            assertFailure(() -> client.get("/x"), Failure.Kind.ENGINE_UNAVAILABLE, "http://127.0.0.1:", "/readyz");
        }
    }

    @Test
    void whatIsNoJsonIsAFailure() {
        server.on("GET /x", (_, exchange) -> exchange.send(200, "<html>a proxy</html>"));
        server.on("GET /y", (_, exchange) -> exchange.send(404, "<html>a proxy</html>"));
        try (var client = client()) {
            assertFailure(() -> client.get("/x"), Failure.Kind.ENGINE_UNAVAILABLE, "not JSON", "/readyz");
            assertThatThrownBy(() -> client.get("/y")).isInstanceOfSatisfying(ApiRefusedException.class, e -> {
                assertThat(e.is(ApiRefusedException.NOT_FOUND)).isTrue();
                assertThat(e.words()).isEqualTo("status 404");
            });
        }
    }

    @Test
    void aLineOfAWatchIsBounded() throws IOException {
        server.on("GET /w", (_, exchange) -> {
            exchange.begin();
            exchange.line("{\"type\":\"BOOKMARK\"}");
            var block = new byte[1 << 16];
            java.util.Arrays.fill(block, (byte) ' ');
            for (int i = 0; i < 70; i++) {
                exchange.out().write(block);
            }
            throw new IOException("end");
        });
        try (var client = client();
                var watch = client.watch("/w?x=y", "7", LIMIT)) {
            assertThat(watch.next().path("type").asText()).isEqualTo("BOOKMARK");
            assertThatThrownBy(watch::next)
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(EOFException.class)
                    .hasMessageContaining("longer than");
        }
        assertThat(server.asked().getFirst().path())
                .isEqualTo("/w?x=y&resourceVersion=7&allowWatchBookmarks=true&timeoutSeconds=10&watch=true");
    }
}
