package dev.shed.gateway.command;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.tmux.SentText;
import java.io.Serial;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.IntStream;

/// A regular expression that somebody sent, looked for in a screen that a program drew. Neither can make it take
/// long: Java's expressions backtrack, and one such as `(a+)+$` would for years.
final class ScreenPattern {
    private static final int MAX_LENGTH = 1000;

    /// A sound expression looks at each character a few times: one such as `.*x` at all of its line, twice.
    private static final int STEPS_EACH = 200;

    /// What a screen of any size may take.
    private static final int MIN_STEPS = 5_000_000;

    private final Pattern pattern;
    private final String synopsis;

    private ScreenPattern(Pattern pattern, String synopsis) {
        this.pattern = pattern;
        this.synopsis = synopsis;
    }

    /// Reads an expression; `USAGE` when it is none.
    static ScreenPattern parse(String text, String synopsis) {
        if (text.length() > MAX_LENGTH) {
            throw new ShedException(new Failure.Usage("REGEX is longer than " + MAX_LENGTH + " characters", synopsis));
        }
        try {
            return new ScreenPattern(Pattern.compile(text, Pattern.MULTILINE), synopsis);
        } catch (PatternSyntaxException e) {
            throw new ShedException(
                    new Failure.Usage("REGEX is no regular expression: " + e.getDescription(), synopsis), e);
        }
    }

    /// The first match; `USAGE` when finding it takes too many steps.
    Optional<String> find(String screen) {
        try {
            var matcher = pattern.matcher(new Counted(screen));
            return matcher.find() ? Optional.of(screen.substring(matcher.start(), matcher.end())) : Optional.empty();
        } catch (TooManyStepsException | StackOverflowError e) {
            throw tooManySteps(e);
        }
    }

    /// How often each match is there, in the order in which they stand on the screen. One that touches the echo of what
    /// was typed counts only if it has a letter or a digit outside of it: a prompt's mark or a frame says nothing.
    Map<String, Integer> count(String screen, SentText sent) {
        var echo = sent.positionsIn(screen);
        var counts = new LinkedHashMap<String, Integer>();
        try {
            var matcher = pattern.matcher(new Counted(screen));
            while (matcher.find()) {
                if (!isEcho(screen, echo, matcher.start(), matcher.end())) {
                    counts.merge(
                            screen.substring(matcher.start(), matcher.end()).stripTrailing(), 1, Integer::sum);
                }
            }
            return counts;
        } catch (TooManyStepsException | StackOverflowError e) {
            throw tooManySteps(e);
        }
    }

    private static boolean isEcho(String screen, BitSet echo, int start, int end) {
        int touched = echo.nextSetBit(start);
        return touched >= 0
                && touched < end
                && IntStream.range(start, end)
                        .noneMatch(at -> !echo.get(at) && Character.isLetterOrDigit(screen.charAt(at)));
    }

    private ShedException tooManySteps(Throwable cause) {
        return new ShedException(new Failure.Usage("REGEX takes too many steps on this screen", synopsis), cause);
    }

    private static final class TooManyStepsException extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;
    }

    /// A text that may be looked at only so often.
    private static final class Counted implements CharSequence {
        private final String text;
        private final long limit;
        private long steps;

        Counted(String text) {
            this.text = text;
            this.limit = Math.max(MIN_STEPS, (long) STEPS_EACH * text.length());
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++steps > limit) {
                throw new TooManyStepsException();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
