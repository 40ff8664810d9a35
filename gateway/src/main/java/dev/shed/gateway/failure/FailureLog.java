package dev.shed.gateway.failure;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Logs each failure that was reported to a user in one line, with its cause, which the user does
/// not see. A failure that the operator has to solve is logged at level WARN, all others at INFO,
/// with another message: lines of the same message have a common limit, and nobody's mistakes
/// must suppress the warnings.
public final class FailureLog {
    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

    /// The statuses that mean an unavailable engine, an unusable state directory, a program that the image
    /// lacks, and an invalid configuration.
    private static final Set<Integer> WARNINGS = Set.of(69, 74, 76, 78);

    /// Limit on a cause, in characters. Messages of an engine or a library may be long.
    private static final int LONGEST_CAUSE = 1000;

    /// Limit on what describes the caller, in characters each.
    private static final int LONGEST_WORD = 200;

    /// Their messages repeat what somebody has typed, which may be the text of a mistyped `send`, or a secret.
    private static final Set<Failure.Kind> TYPED = Set.of(Failure.Kind.USAGE, Failure.Kind.INVALID_NAME);

    private FailureLog() {}

    /// Logs a failure of the request that the present thread serves; called once when it is reported.
    public static void told(ShedException told) {
        told(told, Caller.current());
    }

    /// Logs a failure of this caller's request.
    public static void told(ShedException told, Caller caller) {
        var failure = told.failure();
        boolean warning = WARNINGS.contains(failure.exitStatus().code());
        boolean typed = TYPED.contains(failure.kind());
        LOG.atLevel(warning ? Level.WARN : Level.INFO)
                .addKeyValue("code", failure.code())
                .addKeyValue("identity", word(caller.identity()))
                .addKeyValue("shed", word(caller.shed()))
                .addKeyValue("verb", word(caller.verb()))
                .addKeyValue("message", typed ? "-" : FailureText.printable(failure.message()))
                .addKeyValue("cause", typed ? "-" : cause(told.getCause()))
                .log(warning ? "failure told" : "request failed");
    }

    private static String word(String text) {
        var printable = FailureText.printable(text);
        return printable.substring(0, Math.min(printable.length(), LONGEST_WORD));
    }

    /// The causes from the outermost to the innermost; `-` if there are none. Failures among them are
    /// skipped, since they repeat the message.
    private static String cause(@Nullable Throwable outermost) {
        var causes = new LinkedHashSet<String>();
        for (var cause = outermost; cause != null; cause = cause.getCause()) {
            if (!(cause instanceof ShedException)) {
                causes.add(cause.getClass().getSimpleName() + ": " + cause.getMessage());
            }
        }
        var text = FailureText.printable(String.join("; ", causes));
        return text.isEmpty() ? "-" : text.substring(0, Math.min(text.length(), LONGEST_CAUSE));
    }
}
