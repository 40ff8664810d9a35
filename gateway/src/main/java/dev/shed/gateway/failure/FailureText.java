package dev.shed.gateway.failure;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Formats failures for stderr, and makes foreign text safe to print.
public final class FailureText {
    private static final Pattern CLIENT = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]{0,62})?/");

    private FailureText() {}

    /// `shed: MESSAGE`, then the `Try:` block.
    ///
    /// @param newline the end of each line; `\r\n` on a PTY, whose terminal is in raw mode
    public static String of(Failure failure, String newline) {
        return of(failure, newline, CommandStyle.PLAIN);
    }

    /// Formats a failure with the hint of [#hint].
    public static String of(Failure failure, String newline, CommandStyle style) {
        var text = new StringBuilder("shed: ")
                .append(printable(failure.message()))
                .append(newline)
                .append("Try:")
                .append(newline);
        hint(failure, style)
                .lines()
                .forEach(line -> text.append("  ").append(printable(line)).append(newline));
        return text.toString();
    }

    /// The failure's hint, with commands of that style.
    public static String hint(Failure failure, CommandStyle style) {
        return advice(failure.hint(), style);
    }

    /// Commands of ssh, one a line, with the gateway's address; for the client `shed` its own commands, without
    /// duplicates.
    public static String advice(String calls, CommandStyle style) {
        var server = style.client()
                .filter(value -> CLIENT.matcher(value).matches())
                .map(value -> value.equals("/") ? "" : value);
        return server.map(name -> calls.lines()
                        .map(line -> ClientHints.of(line, name))
                        .distinct()
                        .collect(Collectors.joining("\n")))
                .orElseGet(
                        () -> style.address().map(address -> address.in(calls)).orElse(calls));
    }

    /// `text` with every control and format character replaced by its escape (`\n`, `\x1b`, `\u202e`), so
    /// that nothing that a client sent can move a cursor, ring a bell or forge a line of a log.
    public static String printable(String text) {
        if (isPlain(text)) {
            return text;
        }
        var safe = new StringBuilder(text.length());
        text.codePoints().forEach(point -> append(safe, point));
        return safe.toString();
    }

    /// JSON in one line with all control and format characters escaped. JSON requires that only below U+0020;
    /// others, too, can move a cursor or reverse the text when the output or a log is shown on a terminal.
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

    /// Whether `text` has printable ASCII characters only, as most texts do.
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
