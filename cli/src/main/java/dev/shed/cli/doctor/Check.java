package dev.shed.cli.doctor;

import dev.shed.cli.failure.CliFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The result of a check.
///
/// @param about the subject, in a word
/// @param verdict the severity
/// @param message what was found
/// @param next what to do about it
/// @param status the exit status if the check fails
public record Check(String about, Verdict verdict, String message, List<String> next, int status) {
    /// The severity of a result.
    public enum Verdict {
        OK,
        /// It works, but not as well as it could.
        WARN,
        /// Something that users need does not work.
        FAIL
    }

    public Check {
        next = List.copyOf(next);
    }

    static Check ok(String about, String message) {
        return new Check(about, Verdict.OK, message, List.of(), 0);
    }

    static Check warn(String about, String message, String... next) {
        return new Check(about, Verdict.WARN, message, List.of(next), 0);
    }

    static Check fail(String about, CliFailure failure) {
        return new Check(about, Verdict.FAIL, String.valueOf(failure.getMessage()), failure.hints(), failure.status());
    }

    static Check fail(String about, CliFailure.Code code, String message, String... next) {
        return fail(about, new CliFailure(code, message, next));
    }

    /// `ok`, `warn` or `fail`.
    public String word() {
        return verdict.name().toLowerCase(Locale.ROOT);
    }

    public Map<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("about", about);
        json.put("status", word());
        json.put("message", message);
        json.put("next", next);
        return json;
    }
}
