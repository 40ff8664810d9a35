package dev.shed.cli;

import java.util.List;

/// Why a call cannot be answered: one line, what would help, and the exit status, as the gateway's failures are.
public final class CliFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// The client's own failures; the numbers are those of sysexits(3), as in docs/spec.md.
    public enum Code {
        USAGE(64),
        SHED_NOT_FOUND(66),
        SERVER_NOT_FOUND(66),
        AMBIGUOUS(66),
        SERVER_UNREACHABLE(69),
        EDITOR_MISSING(69),
        PORT_TAKEN(73),
        HOST_KEY_CHANGED(76),
        LOGIN_REFUSED(77),
        CONFIG(78);

        private final int status;

        Code(int status) {
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    private final Code code;
    private final transient List<String> hints;

    public CliFailure(Code code, String message, String... hints) {
        super(message);
        this.code = code;
        this.hints = List.of(hints);
    }

    public static CliFailure usage(String message, String... hints) {
        return new CliFailure(Code.USAGE, message, hints);
    }

    public Code code() {
        return code;
    }

    public List<String> hints() {
        return hints;
    }

    public int status() {
        return code.status;
    }

    /// As people read it, without the leading `shed: `.
    public String text() {
        var text = new StringBuilder(String.valueOf(getMessage()));
        if (!hints.isEmpty()) {
            text.append("\nTry:");
            hints.forEach(hint -> text.append("\n  ").append(hint));
        }
        return text.toString();
    }
}
