package dev.shed.gateway.command;

import dev.shed.gateway.shed.session.PaneOutput;
import dev.shed.gateway.tmux.SentText;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds text that a pane has shown since the wait began. A match is new if its text is on the screen more
/// often than at the beginning and than at every check since. So a redrawn screen is not new, but a line that
/// is written again is, and so is text that disappeared and comes back.
final class NewMatches {
    private final ScreenPattern pattern;
    private final PaneOutput output;
    private final SentText sent;

    /// For each match the smallest number of occurrences so far; null before the first check.
    private @Nullable Map<String, Integer> fewest;

    /// @param output the pane's output, which defines the beginning of the wait
    /// @param sent the text that was typed; its echo is not new
    NewMatches(ScreenPattern pattern, PaneOutput output, SentText sent) {
        this.pattern = pattern;
        this.output = output;
        this.sent = sent;
    }

    /// A new match; empty if there is none.
    Optional<String> find() throws InterruptedException {
        var before = fewest == null ? pattern.count(output.start(), sent) : fewest;
        var shown = output.read();
        var now = pattern.count(shown.text(), sent);
        if (shown.resized()) {
            // After a resize, old lines may have come back from the history, so the counts start again.
            fewest = now;
            return Optional.empty();
        }
        var found = now.entrySet().stream()
                .filter(match -> match.getValue() > before.getOrDefault(match.getKey(), 0))
                .map(Map.Entry::getKey)
                .findFirst();
        fewest = shown.complete() ? fewerOf(before, now) : before;
        return found;
    }

    private static Map<String, Integer> fewerOf(Map<String, Integer> one, Map<String, Integer> other) {
        var fewer = new HashMap<>(one);
        fewer.replaceAll((match, count) -> Math.min(count, other.getOrDefault(match, 0)));
        return fewer;
    }
}
