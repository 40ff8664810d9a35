package dev.shed.gateway.command;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.tmux.SentText;
import java.io.Serial;
import java.time.Duration;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A client's regular expression, to be searched for in a program's screen. Both are untrusted, so neither
/// may cause long or blocking work: RE2 runs in linear time, the compiled size is limited in advance, and
/// each search has a time limit and runs on a thread that connections do not use.
final class ScreenPattern {
    private static final int MAX_LENGTH = 1000;

    /// Instructions of the compiled expression, about as many as it has characters when repeats are expanded.
    private static final long MAX_SIZE = 10_000;

    /// The time limit of a search. Ordinary searches take less than a hundredth of it.
    private static final Duration LIMIT = Duration.ofSeconds(1);

    /// Uses half of the processors, and leaves the others to the connections.
    private static final FairExecutor SEARCHES = new FairExecutor(Executors.newFixedThreadPool(
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
            Thread.ofPlatform().name("search-", 0).daemon().factory()));

    private final Pattern pattern;
    private final String synopsis;
    private final String caller;

    private ScreenPattern(Pattern pattern, String synopsis, String caller) {
        this.pattern = pattern;
        this.synopsis = synopsis;
        this.caller = caller;
    }

    /// Parses an expression. Fails with `USAGE` if it is invalid.
    ///
    /// @param caller the fingerprint of the client's key: searches of different callers take turns
    static ScreenPattern parse(String text, String synopsis, String caller) {
        if (text.length() > MAX_LENGTH) {
            throw usage("is longer than " + MAX_LENGTH + " characters", synopsis, null);
        }
        if (PatternSize.of(text) > MAX_SIZE) {
            throw usage("repeats too much", synopsis, null);
        }
        try {
            return new ScreenPattern(Pattern.compile(text, Pattern.MULTILINE), synopsis, caller);
        } catch (PatternSyntaxException e) {
            throw usage("is not a valid regular expression (RE2): " + e.getDescription(), synopsis, e);
        }
    }

    /// The first match. Fails with `USAGE` if the search takes too long.
    Optional<String> find(String screen) throws InterruptedException {
        return search(
                screen,
                matcher -> matcher.find()
                        ? Optional.of(screen.substring(matcher.start(), matcher.end()))
                        : Optional.empty());
    }

    /// The number of occurrences of each match, in the order on the screen. A match that overlaps the echo of
    /// typed text counts only if it has a letter or digit outside the echo, and not just a prompt's mark or a
    /// frame.
    Map<String, Integer> count(String screen, SentText sent) throws InterruptedException {
        return search(screen, matcher -> {
            var echo = sent.positionsIn(screen);
            var counts = new LinkedHashMap<String, Integer>();
            while (matcher.find()) {
                if (!isEcho(screen, echo, matcher.start(), matcher.end())) {
                    counts.merge(
                            screen.substring(matcher.start(), matcher.end()).stripTrailing(), 1, Integer::sum);
                }
            }
            return counts;
        });
    }

    private static boolean isEcho(String screen, BitSet echo, int start, int end) {
        int touched = echo.nextSetBit(start);
        return touched >= 0
                && touched < end
                && IntStream.range(start, end)
                        .noneMatch(at -> !echo.get(at) && Character.isLetterOrDigit(screen.charAt(at)));
    }

    private <T> T search(String screen, Function<Matcher, T> search) throws InterruptedException {
        var result = SEARCHES.submit(caller, () -> search.apply(pattern.matcher(new Timed(screen))));
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TooLongException late) {
                throw usage("takes too long on this screen", synopsis, late);
            }
            throw new IllegalStateException("a search fails in one way only", e);
        } finally {
            result.cancel(false);
        }
    }

    private static ShedException usage(String problem, String synopsis, @Nullable Throwable cause) {
        return new ShedException(Failure.usage("REGEX " + problem, synopsis), cause);
    }

    private static final class TooLongException extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;
    }

    /// A text that can be read until the time limit.
    private static final class Timed implements CharSequence {
        private static final int READS_FOR_EACH_LOOK_AT_THE_CLOCK = 64;

        private final String text;
        private final long end = System.nanoTime() + LIMIT.toNanos();
        private int reads;

        Timed(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++reads % READS_FOR_EACH_LOOK_AT_THE_CLOCK == 0 && System.nanoTime() > end) {
                throw new TooLongException();
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
