package dev.shed.gateway.command;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.Serial;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A regular expression that somebody sent, looked for in a screen that a program drew. Neither can make it take
/// long: Java's expressions backtrack, and one such as `(a+)+$` would for years.
final class ScreenPattern {
    private static final int MAX_LENGTH = 1000;

    /// A screen of 300 by 100 has 30,000 characters; a sound expression looks at each a few times.
    private static final int MAX_STEPS = 5_000_000;

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
            throw new ShedException(new Failure.Usage("REGEX takes too many steps on this screen", synopsis), e);
        }
    }

    private static final class TooManyStepsException extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;
    }

    /// A text that may be looked at only so often.
    private static final class Counted implements CharSequence {
        private final String text;
        private int steps;

        Counted(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++steps > MAX_STEPS) {
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
