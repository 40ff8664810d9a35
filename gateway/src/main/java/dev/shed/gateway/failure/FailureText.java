package dev.shed.gateway.failure;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Failures as people see them on stderr, and foreign text made safe to show.
public final class FailureText {
    private static final Pattern CLIENT = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]{0,62})?/");

    private FailureText() {}

    /// `shed: MESSAGE`, then the `Try:` block; lines end in `newline` (`\r\n` on a PTY, which a raw terminal
    /// needs).
    public static String of(Failure failure, String newline) {
        return of(failure, newline, Optional.empty());
    }

    /// The same with the hints of [#hint].
    public static String of(Failure failure, String newline, Optional<String> client) {
        var text = new StringBuilder("shed: ")
                .append(printable(failure.message()))
                .append(newline)
                .append("Try:")
                .append(newline);
        hint(failure, client)
                .lines()
                .forEach(line -> text.append("  ").append(printable(line)).append(newline));
        return text.toString();
    }

    /// What would help; for the client `shed` its calls.
    ///
    /// @param client what the client has set `SHED_CLIENT` to, if it has: a server's name and `/`, or `/` alone
    public static String hint(Failure failure, Optional<String> client) {
        return advice(failure.hint(), client);
    }

    /// Calls of ssh, a line each; for the client `shed` its own, where several may come to the same.
    public static String advice(String calls, Optional<String> client) {
        var server =
                client.filter(value -> CLIENT.matcher(value).matches()).map(value -> value.equals("/") ? "" : value);
        return server.map(name -> calls.lines()
                        .map(line -> ClientHints.of(line, name))
                        .distinct()
                        .collect(Collectors.joining("\n")))
                .orElse(calls);
    }

    /// `text` with every control and format character replaced by its escape (`\n`, `\x1b`, `\u202e`), so that
    /// nothing that a client sent can move a cursor, ring a bell or forge a line of a log.
    public static String printable(String text) {
        if (isPlain(text)) {
            return text;
        }
        var safe = new StringBuilder(text.length());
        text.codePoints().forEach(point -> append(safe, point));
        return safe.toString();
    }

    /// JSON in one line, to the same end. JSON itself escapes control characters below U+0020 only; the others move
    /// cursors and turn lines around just as well when somebody looks at the answer, or a log, on a terminal.
    public static String printableJson(String json) {
        if (json.codePoints().allMatch(FailureText::isPrintable)) {
            return json;
        }
        var safe = new StringBuilder(json.length());
        json.codePoints().forEach(point -> {
            if (isPrintable(point)) {
                safe.appendCodePoint(point);
            } else {
                Character.toString(point).chars().forEach(unit -> safe.append(String.format("\\u%04x", unit)));
            }
        });
        return safe.toString();
    }

    /// Whether it is made of ASCII's printable characters, as almost everything is.
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }

    private static void append(StringBuilder safe, int point) {
        switch (point) {
            case '\n' -> safe.append("\\n");
            case '\r' -> safe.append("\\r");
            case '\t' -> safe.append("\\t");
            default -> {
                if (isPrintable(point)) {
                    safe.appendCodePoint(point);
                } else {
                    safe.append(point <= 0xff ? String.format("\\x%02x", point) : String.format("\\u%04x", point));
                }
            }
        }
    }

    private static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
