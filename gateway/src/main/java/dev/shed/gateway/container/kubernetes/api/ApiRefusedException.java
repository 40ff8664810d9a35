package dev.shed.gateway.container.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.Serial;
import java.util.Locale;
import java.util.regex.Pattern;

/// An error response of the API server. Callers that expect a status catch it; otherwise it is the failure
/// `ENGINE_REFUSED`, or `ENGINE_UNAVAILABLE` if the server itself is in trouble.
public final class ApiRefusedException extends ShedException {
    public static final int NOT_FOUND = 404;
    public static final int CONFLICT = 409;
    public static final int GONE = 410;

    static final int UNAUTHORIZED = 401;
    static final int FORBIDDEN = 403;
    static final int TOO_MANY = 429;
    static final int SERVER_ERROR = 500;

    @Serial
    private static final long serialVersionUID = 1L;

    /// `pods is forbidden: User "x" cannot create resource "pods" in API group "" in the namespace "sheds"`.
    private static final Pattern LACKS =
            Pattern.compile("cannot (\\S+) resource \"([^\"]+)\" in API group \"([^\"]*)\"");

    private static final int MAX_WORDS = 1000;

    private final int status;
    private final String reason;
    private final String words;

    /// @param answer the body, a Status object if the server made it
    /// @param asked method and resource of the request
    ApiRefusedException(int status, JsonNode answer, String asked) {
        super(failure(status, words(status, answer), asked));
        this.status = status;
        this.reason = answer.path("reason").asText("");
        this.words = words(status, answer);
    }

    private static String words(int status, JsonNode answer) {
        var text = answer.path("message").asText("").strip().replaceAll("\\s+", " ");
        if (text.isEmpty()) {
            return "status " + status;
        }
        return text.length() > MAX_WORDS ? text.substring(0, MAX_WORDS) + "…" : text;
    }

    private static Failure failure(int status, String words, String asked) {
        if (status == UNAUTHORIZED) {
            return Failure.engineRefused(
                    "it does not accept the gateway's credential (401)",
                    "renew the credential of engine.kubernetes.kubeconfig, then try: kubectl auth can-i list pods"
                            + "\nin a pod: kubectl rollout restart deployment/shed-gateway");
        }
        if (status == FORBIDDEN) {
            return Failure.engineRefused(words, forbidden(words, asked));
        }
        if (status == TOO_MANY || status >= SERVER_ERROR) {
            return Failure.engineUnavailable(status + ": " + words, "kubectl get --raw '/readyz?verbose'");
        }
        return Failure.engineRefused(words, "kubectl get events --sort-by .lastTimestamp");
    }

    private static String forbidden(String words, String asked) {
        var lacks = LACKS.matcher(words);
        if (lacks.find()) {
            var group = lacks.group(3).isEmpty() ? "" : "." + lacks.group(3);
            return "the gateway's role lacks the verb " + lacks.group(1) + " for " + lacks.group(2) + group
                    + "; docs/kubernetes.md has the whole role";
        }
        return words.toLowerCase(Locale.ROOT).contains("podsecurity") || words.contains("quota")
                ? "an administrator of the cluster has to allow it, or change engine.kubernetes"
                : "the request was " + asked + "; docs/kubernetes.md has the role that the gateway needs";
    }

    public int status() {
        return status;
    }

    /// The reason as the server classifies it, such as `AlreadyExists`.
    public String reason() {
        return reason;
    }

    /// The server's message, on one line.
    public String words() {
        return words;
    }

    public boolean is(int wanted) {
        return status == wanted;
    }

    /// Rethrows this exception unless it has the expected status.
    public void throwUnless(int expected) {
        if (status != expected) {
            throw this;
        }
    }
}
