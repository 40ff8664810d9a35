package dev.shed.cli.forward;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.shed.cli.text.Printable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/// A line of the gateway's `ports --json`: the listening ports, or why they cannot be listed.
///
/// @param listeners empty if the line has none
/// @param error the message for the user, with its hint
record Answer(Optional<SortedMap<Integer, Listener>> listeners, Optional<String> error) {
    /// An empty answer.
    static final Answer NONE = new Answer(Optional.empty(), Optional.empty());

    static Answer read(String line) {
        try {
            var json = JSON.std.mapFrom(line);
            var rows = json.get("ports") instanceof List<?> list
                    ? Optional.of(
                            Listener.read(list.stream().flatMap(Answer::object).toList()))
                    : Optional.<SortedMap<Integer, Listener>>empty();
            return new Answer(rows, object(json.get("error")).findFirst().map(Answer::text));
        } catch (IOException _) {
            return NONE;
        }
    }

    @SuppressWarnings("unchecked") // the parser creates maps with string keys only
    private static Stream<Map<String, Object>> object(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof Map<?, ?> map ? Stream.of((Map<String, Object>) map) : Stream.empty();
    }

    private static String text(Map<String, Object> error) {
        var hint = error.get("hint") instanceof String text && !text.isBlank()
                ? "\nTry:"
                        + text.lines().map(line -> "\n  " + Printable.of(line)).reduce("", String::concat)
                : "";
        return Printable.of(String.valueOf(error.get("message"))) + hint;
    }
}
