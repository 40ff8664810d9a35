package dev.shed.gateway.tmux;

import dev.shed.gateway.container.ByteString;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Tells from a pane's screen whether a paste has arrived in its program. An Enter that is pressed though it has not
/// would answer whatever the program asks.
///
/// Any change is evidence on a screen that stood still before. One that draws by itself (a spinner, a clock,
/// a build) proves nothing by changing once more: there the text itself has to appear, or what agents show
/// instead of a long one, or a line has to change and then stay as it is, while no output adds lines. Used by one
/// thread, for one paste.
public final class PasteEvidence {
    /// Longer than the seconds of a clock, and than tmux's rounding.
    private static final Duration STILL = Duration.ofSeconds(3);

    /// A line that has not changed for so long is no spinner and no clock.
    private static final Duration SETTLED = Duration.ofMillis(1500);

    /// So much of a line fits on one row of any screen, and is seldom there by chance.
    private static final int SIGN_LENGTH = 12;

    /// `[Pasted text #1 +9 lines]` and the like: Claude Code, Codex, OpenCode and Gemini CLI.
    private static final String PLACEHOLDER = "[Pasted";

    /// How many lines of fast output may have scrolled off between two looks.
    private static final int SCROLLED = 200;

    private final Screen before;
    private final List<String> known;
    private final boolean still;
    private final List<Sign> signs;

    /// By line, counted from the beginning of the history: output moves a line up, and changes nothing in it.
    private final Map<Integer, Row> rows = new HashMap<>();

    /// Something that a screen shows.
    private record Sign(String text, int occurrences) {}

    /// A line of the screen, and since when it is so (in the time of [System#nanoTime]).
    private record Row(String text, long since) {}

    /// @param before the screen right before the paste, without history
    public PasteEvidence(Screen before, ByteString text) {
        this.before = before;
        this.known = rows(before);
        this.still = before.pane().silent().compareTo(STILL) >= 0;
        var letters = SentText.letters(before.text().stream());
        this.signs = signs(text.toString())
                .map(sign -> new Sign(sign, occurrences(sign, letters)))
                .toList();
    }

    /// With how many lines of history the next look has to be taken.
    public int history() {
        return still ? 0 : SCROLLED;
    }

    /// Whether the paste shows on a later screen.
    ///
    /// @param nanos the time of the look; each look must be shown to this once, in order
    public boolean isIn(Screen now, long nanos) {
        if (still) {
            return now.differsFrom(before);
        }
        var letters = SentText.letters(newLines(now));
        return hasSettled(now, nanos)
                || signs.stream().anyMatch(sign -> occurrences(sign.text(), letters) > sign.occurrences());
    }

    /// Whether a line shows something else than before, and goes on doing so. Lines where nothing stood may be output
    /// that goes on: they count once none is younger.
    private boolean hasSettled(Screen now, long nanos) {
        var shown = rows(now);
        boolean changed = false;
        boolean added = false;
        boolean growing = false;
        for (int i = 0; i < shown.size(); i++) {
            int line = now.pane().history() + i;
            var text = shown.get(i);
            var row = rows.compute(
                    line, (_, last) -> last != null && last.text().equals(text) ? last : new Row(text, nanos));
            boolean settled = nanos - row.since() >= SETTLED.toNanos();
            var old = shownBefore(line);
            changed |= settled && !old.isBlank() && !old.equals(text);
            added |= settled && old.isBlank() && !text.isBlank();
            growing |= !settled && old.isBlank() && !text.isBlank();
        }
        return changed || (added && !growing);
    }

    private String shownBefore(int line) {
        int row = line - before.pane().history();
        return row >= 0 && row < known.size() ? known.get(row) : "";
    }

    private static List<String> rows(Screen screen) {
        var lines = screen.text();
        return lines.subList(Math.max(0, lines.size() - screen.pane().rows()), lines.size());
    }

    /// The screen and what has scrolled off since.
    private Stream<String> newLines(Screen now) {
        int captured = Math.min(SCROLLED, now.pane().history());
        int scrolled = Math.max(0, now.pane().history() - before.pane().history());
        return now.text().stream().skip(Math.max(0, captured - scrolled));
    }

    /// The beginning of the first line and the end of the last one: of a long text a program may show only a part.
    private static Stream<String> signs(String text) {
        var lines = text.lines()
                .map(line -> SentText.letters(Stream.of(line)))
                .filter(line -> !line.isEmpty())
                .toList();
        if (lines.isEmpty()) {
            return Stream.of(PLACEHOLDER);
        }
        var last = lines.getLast();
        return Stream.of(
                PLACEHOLDER,
                lines.getFirst()
                        .substring(0, Math.min(SIGN_LENGTH, lines.getFirst().length())),
                last.substring(Math.max(0, last.length() - SIGN_LENGTH)));
    }

    private static int occurrences(String sign, String letters) {
        int found = 0;
        for (int at = letters.indexOf(sign); at >= 0; at = letters.indexOf(sign, at + 1)) {
            found++;
        }
        return found;
    }
}
