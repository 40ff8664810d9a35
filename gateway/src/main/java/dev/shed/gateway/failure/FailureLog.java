package dev.shed.gateway.failure;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Keeps in the gateway's log what somebody was told: one line for each failure, with the cause that the user does
/// not see. What the operator has to mend is a warning; the rest is for whoever looks for it.
public final class FailureLog {
    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

    /// The statuses of an engine that is away, a state directory that is unusable, an image that lacks a program, and
    /// a wrong configuration.
    private static final Set<Integer> WARNINGS = Set.of(69, 74, 76, 78);

    /// The words of an engine or a library are its own, and may be long.
    private static final int LONGEST_CAUSE = 1000;

    private FailureLog() {}

    /// Somebody is told of this failure, once.
    public static void told(ShedException told) {
        var failure = told.failure();
        LOG.atLevel(WARNINGS.contains(failure.exitStatus().code()) ? Level.WARN : Level.DEBUG)
                .addKeyValue("code", failure.code())
                .addKeyValue("message", FailureText.printable(failure.message()))
                .addKeyValue("cause", cause(told.getCause()))
                .log("failure told");
    }

    /// The causes from the outermost to the innermost; `-` when there is none. Failures among them say what the
    /// message has said already.
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
