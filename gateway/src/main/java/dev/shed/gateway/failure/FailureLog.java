package dev.shed.gateway.failure;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Logs each failure that was reported to a user in one line, with its cause, which the user does not see. A
/// failure that the operator has to solve is logged at level WARN, all others at DEBUG.
public final class FailureLog {
    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

    /// The statuses that mean an unavailable engine, an unusable state directory, a program that the image
    /// lacks, and an invalid configuration.
    private static final Set<Integer> WARNINGS = Set.of(69, 74, 76, 78);

    /// Limit on a cause, in characters. Messages of an engine or a library may be long.
    private static final int LONGEST_CAUSE = 1000;

    private FailureLog() {}

    /// Logs a failure; called once when it is reported.
    public static void told(ShedException told) {
        var failure = told.failure();
        LOG.atLevel(WARNINGS.contains(failure.exitStatus().code()) ? Level.WARN : Level.DEBUG)
                .addKeyValue("code", failure.code())
                .addKeyValue("message", FailureText.printable(failure.message()))
                .addKeyValue("cause", cause(told.getCause()))
                .log("failure told");
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
