package dev.shed.gateway.container.docker.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.DockerException;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.Serial;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// An error response of the engine. Callers that expect a status catch it; otherwise it is the failure
/// `ENGINE_REFUSED`.
public final class EngineRefusedException extends ShedException {
    public static final int NOT_MODIFIED = 304;
    public static final int BAD_REQUEST = 400;
    public static final int NOT_FOUND = 404;
    public static final int CONFLICT = 409;

    @Serial
    private static final long serialVersionUID = 1L;

    private static final ObjectMapper JSON = new ObjectMapper();

    /// Characters: enough for the whole chain of causes, and still readable.
    private static final int MAX_WORDS = 1000;

    private final int status;
    private final String words;

    /// @param body the body of the response: `{"message": …}` or any text
    EngineRefusedException(int status, String body) {
        this(status, words(status, body), null);
    }

    private EngineRefusedException(int status, String words, @Nullable Throwable cause) {
        super(failure(words), cause);
        this.status = status;
        this.words = words;
    }

    static EngineRefusedException of(DockerException refusal) {
        int status = refusal.getHttpStatus();
        var text = String.valueOf(refusal.getMessage());
        var prefix = "Status " + status + ": "; // docker-java's own
        var body = text.startsWith(prefix) ? text.substring(prefix.length()) : text;
        return new EngineRefusedException(status, words(status, body), refusal);
    }

    /// The failure for callers that do not handle the status.
    ///
    /// @param words the engine's message, on one line
    public static Failure failure(String words) {
        return Failure.engineRefused(words, "on the gateway's host: journalctl --unit docker --since -5m");
    }

    public int status() {
        return status;
    }

    /// The engine's message, on one line.
    public String words() {
        return words;
    }

    public boolean is(int wanted) {
        return status == wanted;
    }

    /// Rethrows this exception unless it has one of the expected statuses.
    public void throwUnless(int... expected) {
        if (Arrays.stream(expected).noneMatch(this::is)) {
            throw this;
        }
    }

    /// Whether a container was not found. A 404 may also mean a network, a volume or an image.
    public boolean isMissingContainer() {
        return isMissing("no such container");
    }

    /// Whether a network that a container is connected to no longer exists.
    public boolean isMissingNetwork() {
        return isMissing("network ") && words.contains(" not found");
    }

    public boolean isMissingImage() {
        return isMissing("no such image") || isMissing("image not known");
    }

    private boolean isMissing(String what) {
        return is(NOT_FOUND) && words.toLowerCase(Locale.ROOT).contains(what);
    }

    private static String words(int status, String body) {
        var text = message(body).strip().replaceAll("\\s+", " ");
        if (text.isEmpty()) {
            return "status " + status;
        }
        return text.length() > MAX_WORDS ? text.substring(0, MAX_WORDS) + "…" : text;
    }

    private static String message(String body) {
        try {
            return JSON.readTree(body).path("message").asText(body);
        } catch (JsonProcessingException _) {
            return body;
        }
    }
}
