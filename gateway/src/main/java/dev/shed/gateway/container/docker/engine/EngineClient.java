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

/// One engine behind a unix socket. Connects when it is asked and not before, and forgets what it knows of an
/// engine that stops answering, so an engine may come, go and be replaced while the gateway runs.
public final class EngineClient implements AutoCloseable {
    /// The newest API that this was written against; also the oldest that Engine 29 accepts.
    private static final RemoteApiVersion NEWEST = RemoteApiVersion.VERSION_1_44;

    /// How many questions at a time go over connections that stay open. The transport keeps every connection
    /// that it ever had to open, for good and at two descriptors each, so what is asked beyond these goes over
    /// a client that is closed afterwards; making one takes some milliseconds. With one place as many descriptors
    /// are open after a rush as before it.
    public static final int PLACES = 1;

    /// A copy of some millions of files.
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Path socket;
    private final Duration timeout;
    private final AtomicReference<@Nullable Client> client = new AtomicReference<>();
    private final Semaphore places = new Semaphore(PLACES);
    private final SharedClient<DockerClient> sharedClient = new SharedClient<>();

    private record Client(RemoteApiVersion api, DockerClient docker) {}

    /// One question to the engine.
    @FunctionalInterface
    public interface Question<T extends @Nullable Object> {
        T to(DockerClient docker) throws IOException;
    }

    public EngineClient(Path socket, Duration timeout) {
        this.socket = socket;
        this.timeout = timeout;
    }

    public Duration timeout() {
        return timeout;
    }

    /// Asks the engine, and waits no longer than the configured time. Fails with `ENGINE_UNAVAILABLE` without
    /// an answer, and with an [EngineRefusedException] when that is an error.
    public <T extends @Nullable Object> T ask(Question<T> question) {
        return ask(timeout, question);
    }

    /// The same with another limit. The transport cannot time out on a unix socket; an interrupt closes its
    /// channel, so each call runs on a thread that can be interrupted.
    public <T extends @Nullable Object> T ask(Duration limit, Question<T> question) {
        return await(limit, () -> places.tryAcquire() ? answerInPlace(question) : answerBeyond(question));
    }

    /// Asks for a stream that goes on after the question has been answered; it keeps a connection of its own.
    public <T extends @Nullable Object> T follow(Question<T> question) {
        return await(timeout, () -> answer(question));
    }

    /// What it answers to a GET, as it came, over a connection of its own.
    ///
    /// @param path of the API, without its version; with the query
    public JsonNode json(String path) {
        return await(timeout, () -> answer(_ -> HttpExchange.json(socket, version() + path)));
    }

    /// Asks for what may take the engine long, such as copying the files of an image: it is waited for as long as the
    /// engine answers others meanwhile, and an hour at most.
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

    /// Waits as long as `limit`, and asks after each `timeout` whether it is worth it.
    private <T extends @Nullable Object> T await(Duration limit, BooleanSupplier worthIt, Callable<T> call) {
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

    /// What was answered; it may be null.
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

    /// A connection for one exec stream. Part of a question, since it blocks.
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

    /// The transport never checks a pooled connection before it uses it, so the first call after a restart of
    /// the engine fails on a dead one. It is repeated on a new one, once.
    private <T extends @Nullable Object> T answer(Question<T> question) throws IOException {
        var known = client();
        try {
            return put(question, known.docker());
        } catch (EngineRefusedException e) {
            // Also what an engine says that was replaced by one which no longer speaks the agreed version.
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

    /// Whether a connection broke, or somebody else found that one did and closed them all.
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
        // Of several who find none one wins; what the others have made has no connection yet.
        var first = client.compareAndExchange(null, fresh);
        return first == null ? fresh : first;
    }

    private RemoteApiVersion agreed() throws IOException {
        var theirs = RemoteApiVersion.parseConfigWithDefault(HttpExchange.apiVersion(socket));
        return theirs.isGreater(NEWEST) ? NEWEST : theirs;
    }

    /// Its connections are closed: whoever still waits on one asks again.
    private void forget(Client known) throws IOException {
        if (client.compareAndSet(known, null)) {
            known.docker().close();
        }
    }

    /// Connects to nothing yet.
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

    /// The transport wants to know what TLS it would speak, and if it is not told reads every authority that the
    /// machine trusts, which takes a tenth of a second. On a unix socket it speaks none.
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

    /// An engine that does not answer.
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
