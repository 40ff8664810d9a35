package dev.shed.cli.failure;

import dev.shed.cli.text.Printable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// A failure of the client: one line, a hint, and the exit status, like the gateway's failures.
public final class CliFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// The codes of the client's failures. The statuses are those of sysexits(3), as in docs/spec.md.
    public enum Code {
        USAGE(64),
        /// A code of the gateway: an invalid name.
        INVALID_NAME(64),
        SHED_NOT_FOUND(66),
        SERVER_NOT_FOUND(66),
        AMBIGUOUS(66),
        SERVER_UNREACHABLE(69),
        EDITOR_MISSING(69),
        INTERNAL(70),
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

    /// The gateway's failure about an invalid name.
    public static CliFailure invalidName(String message, String hint) {
        return new CliFailure(Code.INVALID_NAME, Printable.of(message), Printable.of(hint));
    }

    /// A file that cannot be used.
    public static CliFailure file(Path file, IOException e) {
        return new CliFailure(Code.CONFIG, Printable.of(file.toString()) + ": " + reason(e), "shed doctor");
    }

    /// An error outside this program, usually with one of its files.
    public static CliFailure of(IOException e) {
        return e instanceof FileSystemException wrong && wrong.getFile() != null
                ? file(Path.of(wrong.getFile()), e)
                : new CliFailure(Code.INTERNAL, reason(e), "shed doctor");
    }

    /// A defect in this program, with its location for a report.
    public static CliFailure of(RuntimeException e) {
        var place = e.getStackTrace().length == 0 ? "" : " at " + e.getStackTrace()[0];
        return new CliFailure(
                Code.INTERNAL, "a defect of the client: " + Printable.of(e + place), "shed doctor", "shed --version");
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "it is not a directory";
            case FileSystemException wrong when wrong.getReason() != null -> Printable.of(wrong.getReason());
            default -> Printable.of(String.valueOf(e.getMessage()));
        };
    }

    /// The same failure with `hint`, unless it has one.
    public CliFailure orHint(String hint) {
        return hints.isEmpty() ? new CliFailure(code, String.valueOf(getMessage()), hint) : this;
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

    /// The text for users, without the leading `shed: `.
    public String text() {
        var text = new StringBuilder(String.valueOf(getMessage()));
        if (!hints.isEmpty()) {
            text.append("\nTry:");
            hints.forEach(hint -> text.append("\n  ").append(hint));
        }
        return text.toString();
    }
}
