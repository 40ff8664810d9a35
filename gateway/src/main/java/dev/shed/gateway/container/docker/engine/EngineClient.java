package dev.shed.gateway.container.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/// A client of an engine behind a unix socket. It connects at the first request, and drops its state about an
/// engine that stops answering. So an engine may be restarted or replaced while the gateway runs.
public final class EngineClient implements AutoCloseable {
    /// The newest API version that this code was written for, and the oldest that Engine 29 accepts.
    private static final RemoteApiVersion NEWEST = RemoteApiVersion.VERSION_1_44;

    /// How many requests at a time use the persistent client. The transport never closes a connection that it
    /// has opened, and each takes two descriptors. So further requests use a client that is closed
    /// afterwards, which costs some milliseconds. With one place, a burst leaves no more descriptors open
    /// than there were before.
    public static final int PLACES = 1;

    /// Enough for a copy of some millions of files.
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Path socket;
    private final Duration timeout;
    private final RequestListener listener;
    private final AtomicReference<@Nullable Client> client = new AtomicReference<>();
    private final Semaphore places = new Semaphore(PLACES);
    private final SharedClient<DockerClient> sharedClient = new SharedClient<>();

    private record Client(RemoteApiVersion api, DockerClient docker) {}

    /// One request to the engine.
    @FunctionalInterface
    public interface Question<T extends @Nullable Object> {
        T to(DockerClient docker) throws IOException;
    }

    public EngineClient(Path socket, Duration timeout) {
        this(socket, timeout, (_, _) -> {});
    }

    public EngineClient(Path socket, Duration timeout, RequestListener listener) {
        this.socket = socket;
        this.timeout = timeout;
        this.listener = listener;
    }

    public Duration timeout() {
        return timeout;
    }

    /// Sends a request and waits for the answer up to the configured time. Fails with `ENGINE_UNAVAILABLE` if
    /// there is no answer, and with [EngineRefusedException] if the answer is an error.
    public <T extends @Nullable Object> T ask(Question<T> question) {
        return ask(timeout, question);
    }

    /// The same with another time limit. The transport cannot time out on a unix socket, but an interrupt
    /// closes its channel. So each request runs on a thread that can be interrupted.
    public <T extends @Nullable Object> T ask(Duration limit, Question<T> question) {
        return await(limit, () -> places.tryAcquire() ? answerInPlace(question) : answerBeyond(question));
    }

    /// Sends a request whose answer is a stream that stays open. It uses a separate connection.
    public <T extends @Nullable Object> T follow(Question<T> question) {
        return await(timeout, () -> answer(question));
    }

    /// Sends a GET on a separate connection and returns the answer undecoded.
    ///
    /// @param path of the API with the query, without the version
    public JsonNode json(String path) {
        return await(timeout, () -> answer(_ -> HttpExchange.json(socket, version() + path)));
    }

    /// Sends a request that may take the engine long, such as copying the files of an image. It may take up
    /// to an hour, as long as the engine answers other requests meanwhile.
    public <T extends @Nullable Object> T work(Question<T> question) {
        return await(
                LONGEST, this::isAlive, () -> places.tryAcquire() ? answerInPlace(question) : answerBeyond(question));
    }

    private boolean isAlive() {
        try {
            return await(timeout, () -> false, () -> {
                HttpExchange.apiVersion(socket);
                return true;
            });
        } catch (ShedException _) {
            return false;
        }
    }

    private <T extends @Nullable Object> T await(Duration limit, Callable<T> call) {
        return await(limit, () -> true, call);
    }

    private <T extends @Nullable Object> T await(Duration limit, BooleanSupplier worthIt, Callable<T> call) {
        long began = System.nanoTime();
        var result = RequestListener.Result.UNAVAILABLE;
        try {
            var answer = answer(limit, worthIt, call);
            result = RequestListener.Result.OK;
            return answer;
        } catch (EngineRefusedException e) {
            result = RequestListener.Result.REFUSED;
            throw e;
        } finally {
            listener.ended(result, Duration.ofNanos(System.nanoTime() - began));
        }
    }

    /// Waits up to `limit`. After each `timeout` it stops waiting if `worthIt` is false.
    private <T extends @Nullable Object> T answer(Duration limit, BooleanSupplier worthIt, Callable<T> call) {
        var answer = new FutureTask<T>(call);
        Thread.ofVirtual().name("engine-call").start(answer);
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            long left = end - System.nanoTime();
            var step = Duration.ofNanos(Math.min(left, timeout.toNanos()));
            var result = await(answer, step);
            if (result.isPresent()) {
                return result.get().value();
            }
            if (left <= timeout.toNanos() || !worthIt.getAsBoolean()) {
                answer.cancel(true);
                var waited = limit.minusNanos(Math.max(0, end - System.nanoTime()));
                throw unavailable("no answer within " + waited.toSeconds() + " s", new TimeoutException());
            }
        }
    }

    /// An answer, which may be null.
    private record Answer<T extends @Nullable Object>(T value) {}

    private <T extends @Nullable Object> Optional<Answer<T>> await(FutureTask<T> answer, Duration limit) {
        try {
            return Optional.of(new Answer<>(answer.get(limit.toNanos(), TimeUnit.NANOSECONDS)));
        } catch (TimeoutException _) {
            return Optional.empty();
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw unavailable("interrupted while waiting for it", e);
        } catch (ExecutionException e) {
            throw translated(e.getCause() == null ? e : e.getCause());
        }
    }

    /// Opens the connection of one exec stream. It blocks, so it is called as part of a request.
    public ExecStream open(String execId, boolean terminal) throws IOException {
        return ExecStream.open(socket, version(), execId, terminal);
    }

    private String version() throws IOException {
        return "/" + client().api().asWebPathPart();
    }

    @Override
    public void close() {
        var last = client.getAndSet(null);
        if (last != null) {
            try {
                last.docker().close();
            } catch (IOException e) {
                throw new UncheckedIOException("closing idle connections cannot fail", e);
            }
        }
    }

    private <T extends @Nullable Object> T answerInPlace(Question<T> question) throws IOException {
        try {
            return answer(question);
        } finally {
            places.release();
        }
    }

    private <T extends @Nullable Object> T answerBeyond(Question<T> question) throws IOException {
        var api = client().api();
        var shared = sharedClient.enter(() -> docker(api));
        try {
            return put(question, shared);
        } finally {
            sharedClient.leave();
        }
    }

    /// The transport does not check a pooled connection before use, so the first request after a restart of
    /// the engine fails. It is repeated once on a new connection.
    private <T extends @Nullable Object> T answer(Question<T> question) throws IOException {
        var known = client();
        try {
            return put(question, known.docker());
        } catch (EngineRefusedException e) {
            // Also the answer of an engine that was replaced by one without the negotiated version.
            if (e.is(EngineRefusedException.BAD_REQUEST) && !known.api().equals(agreed())) {
                forget(known);
            }
            throw e;
        } catch (IOException | RuntimeException e) {
            if (!isLost(known, e) || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            forget(known);
            return put(question, client().docker());
        }
    }

    private static <T extends @Nullable Object> T put(Question<T> question, DockerClient docker) throws IOException {
        try {
            return question.to(docker);
        } catch (DockerException e) {
            throw EngineRefusedException.of(e);
        }
    }

    /// Whether a connection broke, or another thread noticed that and closed the client.
    private boolean isLost(Client known, Exception e) {
        return ioException(e).isPresent() || (e instanceof IllegalStateException && !known.equals(client.get()));
    }

    private Client client() throws IOException {
        var known = client.get();
        if (known != null) {
            return known;
        }
        var api = agreed();
        var fresh = new Client(api, docker(api));
        // Of several threads that find no client, one wins. The clients of the others have no connection yet.
        var first = client.compareAndExchange(null, fresh);
        return first == null ? fresh : first;
    }

    private RemoteApiVersion agreed() throws IOException {
        var theirs = RemoteApiVersion.parseConfigWithDefault(HttpExchange.apiVersion(socket));
        return theirs.isGreater(NEWEST) ? NEWEST : theirs;
    }

    /// Closes the client's connections. Threads that wait on one repeat their requests.
    private void forget(Client known) throws IOException {
        if (client.compareAndSet(known, null)) {
            known.docker().close();
        }
    }

    /// Does not connect yet.
    private DockerClient docker(RemoteApiVersion api) {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost("unix://" + socket)
                .withDockerTlsVerify(false)
                .withApiVersion(api)
                .build();
        var transport = new ZerodepDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .sslConfig(EngineClient::trustingNobody)
                .build();
        return DockerClientImpl.getInstance(config, transport);
    }

    /// A TLS context that trusts no authority. Without one, the transport would load all authorities of the
    /// machine, which takes 100 ms. On a unix socket it does not use TLS.
    private static SSLContext trustingNobody() throws NoSuchAlgorithmException, KeyManagementException {
        var context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[0], new TrustManager[0], null);
        return context;
    }

    private RuntimeException translated(Throwable cause) {
        if (cause instanceof EngineRefusedException refused) {
            return refused;
        }
        var broken = ioException(cause);
        if (broken.isPresent()) {
            return unavailable(detail(broken.get()), cause);
        }
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    /// The failure for an engine that does not answer.
    public static Failure unavailable(String detail) {
        return Failure.engineUnavailable(detail, "on the gateway's host: docker info");
    }

    private ShedException unavailable(String detail, Throwable cause) {
        return new ShedException(unavailable("unix://" + socket + ": " + detail), cause);
    }

    private static String detail(IOException broken) {
        var text = broken.getMessage();
        return text == null
                ? broken.getClass().getSimpleName()
                : text.lines().findFirst().orElse("");
    }

    private static Optional<IOException> ioException(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException broken) {
                return Optional.of(broken);
            }
        }
        return Optional.empty();
    }
}
