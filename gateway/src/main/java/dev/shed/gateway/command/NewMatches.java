package dev.shed.gateway.command;

import dev.shed.gateway.shed.session.PaneOutput;
import dev.shed.gateway.tmux.SentText;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds what a pane has come to show since some moment. A match is new when its text is there more often than at that
/// moment, and more often than at any look since: a screen that is drawn again shows nothing new, while the same line
/// written once more does, and so does one that comes back after it had gone.
final class NewMatches {
    private final ScreenPattern pattern;
    private final PaneOutput output;
    private final SentText sent;

    /// How often each match was there when there were fewest of it; null before the first look.
    private @Nullable Map<String, Integer> fewest;

    /// The moment is that of the output.
    ///
    /// @param sent what was typed, whose echo is nothing new
    NewMatches(ScreenPattern pattern, PaneOutput output, SentText sent) {
        this.pattern = pattern;
        this.output = output;
        this.sent = sent;
    }

    /// A match that is new.
    Optional<String> find() throws InterruptedException {
        var before = fewest == null ? pattern.count(output.start(), sent) : fewest;
        var shown = output.read();
        var now = pattern.count(shown.text(), sent);
        if (shown.resized()) {
            // Lines of long ago may have come back from the history: with this look it begins anew.
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
