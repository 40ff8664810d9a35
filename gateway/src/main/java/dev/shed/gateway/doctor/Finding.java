package dev.shed.gateway.doctor;

import dev.shed.gateway.failure.Failure;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Something that a check has found.
///
/// @param message one sentence, without secrets
/// @param cure lines to paste into a shell; a line that is no command is a comment (`# …`). Empty if and only if
/// all is well
public record Finding(Severity severity, String message, List<String> cure) {
    /// How bad it is.
    public enum Severity {
        OK,
        /// It works, but not as well as it could, or not for much longer.
        WARNING,
        /// The gateway does not start, or something that people need does not work.
        ERROR;

        /// `ok`, `warning` or `error`.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Finding {
        cure = List.copyOf(cure);
        if (cure.isEmpty() != (severity == Severity.OK)) {
            throw new IllegalArgumentException("every fault has a cure, and nothing else: " + message);
        }
    }

    static Finding ok(String message) {
        return new Finding(Severity.OK, message, List.of());
    }

    static Finding warning(String message, String... cure) {
        return warning(message, List.of(cure));
    }

    static Finding warning(String message, List<String> cure) {
        return new Finding(Severity.WARNING, message, cure);
    }

    static Finding error(String message, String... cure) {
        return error(message, List.of(cure));
    }

    static Finding error(String message, List<String> cure) {
        return new Finding(Severity.ERROR, message, cure);
    }

    /// A failure of the gateway's own code; what it says of valid values becomes a comment.
    static Finding error(Failure failure, String... more) {
        var hint = failure.hint().lines().map(line -> line.startsWith("expected: ") ? "# " + line : line);
        return new Finding(
                Severity.ERROR,
                failure.message(),
                Stream.concat(hint, Stream.of(more)).toList());
    }
}
