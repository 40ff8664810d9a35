package dev.shed.gateway.tmux;

import dev.shed.gateway.failure.FailureText;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a session is doing, as far as its bells, its output and the title of its terminal tell. Nothing has
/// to be configured in it: these are what every program leaves behind.
///
/// @param at when there was output last; that of a bell is when its window had output last
/// @param evidence what the state was taken from, for people; printable
public record Activity(State state, Instant at, String evidence) {
    /// How long there must be no output before a session counts as idle. An agent that works redraws its
    /// spinner every second; one that waits for somebody, or for its own network, is silent for longer.
    public static final Duration QUIET = Duration.ofSeconds(10);

    /// A title that says "working" is believed for so long without output; it may have been left behind.
    private static final Duration TRUSTED = Duration.ofSeconds(60);

    /// For `-F` of list-sessions, and within `#{S:…}`: a word for each window of the session, the current one
    /// marked. No value in it can be chosen by anybody.
    public static final String WINDOWS =
            "#{W:#{window_activity}#{?window_bell_flag,!,} ," + "#{window_activity}#{?window_bell_flag,!,}* }";

    /// Far beyond any time that a clock shows, and well within what can be written as a date.
    private static final long LAST_SECOND = 100_000_000_000L;

    /// Enough of a title to recognise it.
    private static final int TITLE = 60;

    /// What a session is doing.
    public enum State {
        /// it writes, or says that it works
        BUSY,
        /// it is silent, or says that it is ready
        IDLE,
        /// it rang the bell, or asks for somebody, and nobody has looked at it since
        BELL;

        /// `busy`, `idle` or `bell`.
        public String word() {
            return switch (this) {
                case BUSY -> "busy";
                case IDLE -> "idle";
                case BELL -> "bell";
            };
        }
    }

    /// What a window shows of itself.
    ///
    /// @param output when it had output last; tmux tells the second
    /// @param bell whether it rang the bell and nobody has looked at it since
    /// @param current whether it is the one that who attaches would see
    public record Window(Instant output, boolean bell, boolean current) {
        static Window parse(String word) {
            boolean current = word.endsWith("*");
            var rest = current ? word.substring(0, word.length() - 1) : word;
            boolean bell = rest.endsWith("!");
            long seconds = Long.parseLong(bell ? rest.substring(0, rest.length() - 1) : rest);
            if (seconds < 0 || seconds > LAST_SECOND) {
                throw new IllegalArgumentException("not a time: " + seconds);
            }
            return new Window(Instant.ofEpochSecond(seconds), bell, current);
        }
    }

    /// All that an activity is taken from.
    ///
    /// @param windows at least one
    /// @param title that of the active pane
    public record Signs(List<Window> windows, String title) {
        public Signs {
            if (windows.isEmpty()) {
                throw new IllegalArgumentException("a session without windows");
            }
            windows = List.copyOf(windows);
        }

        /// Reads what tmux made of [#WINDOWS].
        ///
        /// @throws IllegalArgumentException when it was not tmux that made it
        public static Signs parse(String words, String title) {
            return new Signs(
                    Stream.of(words.strip().split(" ")).map(Window::parse).toList(), title);
        }

        /// When any of its windows had output last.
        public Instant output() {
            return latest(windows);
        }

        /// When the activity may change though the signs stay as they are; empty when it will not any more.
        public Optional<Instant> deadline(Instant now) {
            return windows.stream()
                    .flatMap(window -> Stream.of(
                            window.output().plus(QUIET), window.output().plus(TRUSTED)))
                    .filter(deadline -> deadline.isAfter(now))
                    .min(Comparator.naturalOrder());
        }
    }

    /// What the signs mean.
    public static Activity of(Signs signs, Instant now) {
        var belled = signs.windows().stream().filter(Window::bell).toList();
        if (!belled.isEmpty()) {
            return new Activity(State.BELL, latest(belled), "it rang the bell, and nobody has looked since");
        }
        var said = TitleSign.of(signs.title());
        var output = signs.output();
        return switch (said) {
            case ASKS -> new Activity(State.BELL, output, quoted(signs) + " asks for somebody");
            case READY -> ready(signs, now);
            case WORKS -> byOutput(output, now, TRUSTED, ", title " + quoted(signs) + " says that it works");
            case NOTHING -> byOutput(output, now, QUIET, "");
        };
    }

    /// The title is that of one window; another one may be hard at work.
    private static Activity ready(Signs signs, Instant now) {
        var others =
                signs.windows().stream().filter(window -> !window.current()).toList();
        if (!others.isEmpty() && now.isBefore(latest(others).plus(QUIET))) {
            return byOutput(latest(others), now, QUIET, " in another window");
        }
        return new Activity(State.IDLE, signs.output(), "title " + quoted(signs) + " says that it is ready");
    }

    private static Activity byOutput(Instant output, Instant now, Duration limit, String more) {
        boolean busy = now.isBefore(output.plus(limit));
        long seconds = Math.max(0, Duration.between(output, now).toSeconds());
        return busy
                ? new Activity(State.BUSY, output, "output " + seconds + " s ago" + more)
                : new Activity(State.IDLE, output, "no output for " + seconds + " s");
    }

    private static Instant latest(List<Window> windows) {
        return windows.stream()
                .map(Window::output)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static String quoted(Signs signs) {
        var title = signs.title();
        int end = title.offsetByCodePoints(0, Math.min(TITLE, title.codePointCount(0, title.length())));
        return "'" + FailureText.printable(title.substring(0, end)) + "'";
    }
}
