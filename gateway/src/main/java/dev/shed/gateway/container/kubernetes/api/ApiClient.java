package dev.shed.gateway.container.kubernetes.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Requests to an API server, over the JDK's own client: HTTP/1.1, so that a cut ends one request only. Every answer is
/// bounded in size and time. They fail with `ENGINE_UNAVAILABLE` if there is no answer, and with
/// [ApiRefusedException].
public final class ApiClient implements AutoCloseable {
    /// The subprotocols of an exec, best first.
    private static final List<String> EXEC = List.of("v5.channel.k8s.io", "v4.channel.k8s.io");

    /// A list of some thousand sheds.
    private static final long LARGEST_ANSWER = 32L << 20;

    private static final int OK = 200;
    private static final int MULTIPLE_CHOICES = 300;
    private static final int TRIES = 5;
    private static final Duration PAUSE = Duration.ofMillis(200);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Cluster cluster;
    private final Duration timeout;
    private final BiConsumer<String, Duration> requests;
    private final HttpClient http;

    /// @param timeout limit on one request with all its tries
    /// @param requests told of each request when it has ended: `ok`, `refused` or `unavailable`
    public ApiClient(Cluster cluster, Duration timeout, BiConsumer<String, Duration> requests) {
        this.cluster = cluster;
        this.timeout = timeout;
        this.requests = requests;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .sslContext(cluster.tls())
                .executor(Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("kubernetes-", 0).factory()))
                .build();
    }

    public Cluster cluster() {
        return cluster;
    }

    public Duration timeout() {
        return timeout;
    }

    public JsonNode get(String path) {
        return send("GET", path, null, "");
    }

    public JsonNode post(String path, JsonNode body) {
        return send("POST", path, body, "application/json");
    }

    public JsonNode delete(String path, JsonNode options) {
        return send("DELETE", path, options, "application/json");
    }

    /// Changes a part of an object, by a merge patch.
    public JsonNode patch(String path, JsonNode change) {
        return send("PATCH", path, change, "application/merge-patch+json");
    }

    private record Call(
            String method, String path, @Nullable JsonNode body, String type) {}

    private JsonNode send(String method, String path, @Nullable JsonNode body, String type) {
        var call = new Call(method, path, body, type);
        long began = System.nanoTime();
        var result = "unavailable";
        try {
            var answer = answered(call, began + timeout.toNanos());
            result = "ok";
            return answer;
        } catch (ApiRefusedException e) {
            result = e.status() >= ApiRefusedException.SERVER_ERROR ? "unavailable" : "refused";
            throw e;
        } finally {
            requests.accept(result, Duration.ofNanos(System.nanoTime() - began));
        }
    }

    /// Tries again what another try may cure: an expired credential, a busy server, and for
    /// requests that change nothing also a server in trouble.
    private JsonNode answered(Call call, long end) {
        boolean renewed = false;
        for (int tries = 1; ; tries++) {
            var response = exchange(call, end);
            int status = response.statusCode();
            if (status >= OK && status < MULTIPLE_CHOICES) {
                return parsed(response.body());
            }
            if (status == ApiRefusedException.UNAUTHORIZED && !renewed) {
                renewed = true;
                renew();
            } else if (!worthAnotherTry(call, status) || tries >= TRIES || !paused(response, tries, end)) {
                throw new ApiRefusedException(
                        status, status(response.body()), call.method() + " " + plain(call.path()));
            }
        }
    }

    private static boolean worthAnotherTry(Call call, int status) {
        return status == ApiRefusedException.TOO_MANY
                || (status >= ApiRefusedException.SERVER_ERROR && call.method().equals("GET"));
    }

    /// Waits as long as the server says, or a little longer each time; false if there is not enough time.
    private static boolean paused(HttpResponse<?> response, int tries, long end) {
        var wait = response.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("[0-9]{1,4}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(PAUSE.multipliedBy(tries));
        if (System.nanoTime() + wait.toNanos() > end) {
            return false;
        }
        try {
            Thread.sleep(wait);
            return true;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private HttpResponse<byte[]> exchange(Call call, long end) {
        var request = builder(call.path());
        var body = call.body();
        if (body == null) {
            request.method(call.method(), HttpRequest.BodyPublishers.noBody());
        } else {
            request.method(call.method(), HttpRequest.BodyPublishers.ofByteArray(bytes(body)))
                    .header("Content-Type", call.type());
        }
        var answer = http.sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_ANSWER));
        return await(answer, Duration.ofNanos(end - System.nanoTime()));
    }

    private HttpRequest.Builder builder(String path) {
        var request = HttpRequest.newBuilder(uri(path)).header("Accept", "application/json");
        token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        return request;
    }

    private URI uri(String path) {
        return URI.create(cluster.server().toString().replaceAll("/+$", "") + path);
    }

    private Optional<String> token() {
        try {
            return cluster.credential().token();
        } catch (IOException e) {
            throw withoutCredential(e);
        }
    }

    private void renew() {
        try {
            cluster.credential().renew();
        } catch (IOException e) {
            throw withoutCredential(e);
        }
    }

    private ShedException withoutCredential(IOException e) {
        return new ShedException(
                Failure.engineRefused(
                        "the gateway has no credential for it: " + e.getMessage(), "see the user of " + cluster.from()),
                e);
    }

    private <T> T await(CompletableFuture<T> answer, Duration limit) {
        try {
            return answer.get(Math.max(0, limit.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw unavailable("no answer within " + timeout.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw unavailable(detail(e.getCause()), e);
        } finally {
            answer.cancel(true);
        }
    }

    private static String detail(@Nullable Throwable cause) {
        if (cause == null) {
            return "no answer";
        }
        var text = cause.getMessage();
        return text == null || text.isEmpty()
                ? cause.getClass().getSimpleName()
                : text.lines().findFirst().orElse("");
    }

    private ShedException unavailable(String detail, Throwable cause) {
        return new ShedException(unavailable(cluster.server() + ": " + detail), cause);
    }

    /// The failure for a server that does not answer.
    public static Failure unavailable(String detail) {
        return Failure.engineUnavailable(detail, "kubectl get --raw '/readyz?verbose'");
    }

    /// The failure of a wait that was interrupted. Interrupts the thread again, for its callers.
    public static ShedException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ShedException(unavailable("interrupted while waiting for it"), e);
    }

    private static byte[] bytes(JsonNode body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode parsed(byte[] body) {
        try {
            return body.length == 0 ? JsonNodeFactory.instance.objectNode() : JSON.readTree(body);
        } catch (IOException e) {
            throw unavailable("the answer is not JSON", e);
        }
    }

    /// The Status of an error; whatever stands in between may answer with something else.
    private static JsonNode status(byte[] body) {
        try {
            var answer = JSON.readTree(body);
            if (answer != null && answer.isObject()) {
                return answer;
            }
        } catch (IOException _) {
            // Not JSON.
        }
        return JsonNodeFactory.instance.objectNode();
    }

    private static String plain(String path) {
        return path.replaceFirst("\\?.*", "");
    }

    /// Opens a watch.
    ///
    /// @param path with its query, but for `watch`
    Watch watch(String path) {
        var opened = http.sendAsync(builder(path + "&watch=true").build(), BodyHandlers.ofInputStream());
        HttpResponse<java.io.InputStream> response = await(opened, timeout);
        if (response.statusCode() == OK) {
            return new Watch(response.body());
        }
        try (var body = response.body()) {
            if (response.statusCode() == ApiRefusedException.UNAUTHORIZED) {
                renew();
            }
            throw new ApiRefusedException(
                    response.statusCode(), status(body.readNBytes((int) Watch.LONGEST)), "WATCH " + plain(path));
        } catch (IOException e) {
            throw unavailable(detail(e), e);
        }
    }

    /// Opens a watch of the objects of a path.
    ///
    /// @param resourceVersion from where on
    public Watch watch(String path, String resourceVersion, Duration limit) {
        return watch("%s&resourceVersion=%s&allowWatchBookmarks=true&timeoutSeconds=%d"
                .formatted(path, encoded(resourceVersion), limit.toSeconds()));
    }

    /// Starts a program in a pod.
    ///
    /// @param path of the pod
    public ExecProcess exec(String path, String container, List<String> argv) {
        var query = new StringBuilder("?stdin=true&stdout=true&stderr=true&container=" + encoded(container));
        argv.forEach(word -> query.append("&command=").append(encoded(word)));
        try {
            return opened(path + "/exec" + query);
        } catch (ApiRefusedException e) {
            e.throwUnless(ApiRefusedException.UNAUTHORIZED);
            renew();
            return opened(path + "/exec" + query);
        }
    }

    private ExecProcess opened(String path) {
        var process = new ExecProcess();
        var builder = http.newWebSocketBuilder()
                .subprotocols(EXEC.getFirst(), EXEC.subList(1, EXEC.size()).toArray(String[]::new))
                .connectTimeout(timeout);
        token().ifPresent(token -> builder.header("Authorization", "Bearer " + token));
        var address = URI.create(uri(path).toString().replaceFirst("^http", "ws"));
        CompletableFuture<WebSocket> opening = builder.buildAsync(address, process);
        try {
            process.attach(await(opening, timeout));
            return process;
        } catch (ShedException e) {
            throw refusedExec(e, path);
        }
    }

    private static ShedException refusedExec(ShedException e, String path) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof WebSocketHandshakeException refused) {
                int status = refused.getResponse().statusCode();
                var words = JsonNodeFactory.instance.objectNode().put("message", "exec is refused, status " + status);
                if (status == ApiRefusedException.FORBIDDEN) {
                    words.put("message", "exec cannot create resource \"pods/exec\" in API group \"\"");
                }
                return new ApiRefusedException(status, words, "GET " + plain(path));
            }
        }
        return e;
    }

    /// A text as part of a query.
    public static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
