package dev.shed.gateway.tmux;

import dev.shed.gateway.failure.FailureText;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a session is doing, according to its bells, its output and the title of its terminal. Nothing has
/// to be configured for that.
///
/// @param at when there was output last; of a bell, when its window had output last
/// @param evidence what the state follows from, for users; printable
public record Activity(State state, Instant at, String evidence) {
    /// How long there must be no output before a session counts as idle. An agent that works redraws its
    /// spinner every second. One that waits for a person, or for its network, is silent for longer.
    public static final Duration QUIET = Duration.ofSeconds(10);

    /// How long a title that says "working" is believed without output. It may have been left behind.
    private static final Duration TRUSTED = Duration.ofSeconds(60);

    /// A format for `-F` of list-sessions, and within `#{S:…}`: one word about the clients of the session
    /// and whether a shell is in its foreground, and one for each window, the current one marked. No
    /// program or user chooses any of this text.
    public static final String WINDOWS = "@#{session_attached}/#{session_last_attached}/#{session_activity}"
            + "#{?#{m/r:^(ba|z|fi|da|a|k|c|tc)?sh$,#{pane_current_command}},$,} "
            + "#{W:" + ResizeHooks.OUTPUT + "#{?window_bell_flag,!,} ," + ResizeHooks.OUTPUT
            + "#{?window_bell_flag,!,}* }";

    /// Far beyond any time that a clock shows, and well within what can be written as a date.
    private static final long LAST_SECOND = 100_000_000_000L;

    /// Enough of a title to recognise it.
    private static final int TITLE = 60;

    /// What a session is doing.
    public enum State {
        /// it writes, or its title says that it works
        BUSY,
        /// it is silent
        IDLE,
        /// it rang the bell, or its title asks for a person, and nobody has looked at it since
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

    /// When some windows had output last; tmux tells the second. A container may claim to have any number
    /// of windows, so they are not kept one by one.
    ///
    /// @param any any of them
    /// @param current the one that a client shows; the beginning of time if it is none of these
    /// @param belled those that rang the bell while nobody has looked at them since; empty if there are none
    private record Output(Instant any, Instant current, Optional<Instant> belled) {
        static Output parse(String word) {
            boolean current = word.endsWith("*");
            var rest = current ? word.substring(0, word.length() - 1) : word;
            boolean bell = rest.endsWith("!");
            long seconds = Long.parseLong(bell ? rest.substring(0, rest.length() - 1) : rest);
            if (seconds < 0 || seconds > LAST_SECOND) {
                throw new IllegalArgumentException("not a time: " + seconds);
            }
            var output = Instant.ofEpochSecond(seconds);
            return new Output(output, current ? output : Instant.EPOCH, bell ? Optional.of(output) : Optional.empty());
        }

        Output and(Output other) {
            var bells = Stream.concat(belled.stream(), other.belled.stream());
            return new Output(
                    latest(any, other.any), latest(current, other.current), bells.max(Comparator.naturalOrder()));
        }

        private static Instant latest(Instant one, Instant other) {
            return one.isAfter(other) ? one : other;
        }
    }

    /// The clients of a session, and what its active pane runs.
    ///
    /// @param now whether a client is attached
    /// @param attached when a client attached last, in whole seconds; the epoch if none ever did
    /// @param typed when a key was pressed last in an attached client, which may have been the one that
    /// detached it; or when the session was created
    /// @param shell whether a shell is in the foreground, so that the program that set a title has ended
    public record Front(boolean now, Instant attached, Instant typed, boolean shell) {
        private static final Pattern RULE = Pattern.compile("@(\\d{1,9})/(\\d{0,11})/(\\d{1,11})(\\$?)");
        private static final Front UNKNOWN = new Front(false, Instant.EPOCH, Instant.EPOCH, false);

        static Front parse(String word) {
            var parts = RULE.matcher(word);
            if (!parts.matches()) {
                throw new IllegalArgumentException("not a front: " + word);
            }
            return new Front(
                    !parts.group(1).equals("0"),
                    second("0" + parts.group(2)),
                    second(parts.group(3)),
                    !parts.group(4).isEmpty());
        }

        private static Instant second(String digits) {
            return Instant.ofEpochSecond(Math.min(Long.parseLong(digits), LAST_SECOND));
        }

        /// Whether somebody has looked since there was output. What a program draws for a client that
        /// attaches comes after attaching, and before the key that detaches.
        boolean hasLooked(Instant output) {
            boolean ever = attached.isAfter(Instant.EPOCH);
            return now || (ever && (!attached.isBefore(output) || typed.isAfter(output)));
        }
    }

    /// All that an activity follows from.
    ///
    /// @param output when any of its windows had output last
    /// @param current when the window that a client shows had output last
    /// @param belled when the windows with a bell that nobody has seen had output last; empty if there are
    /// none
    /// @param title that of the active pane
    public record Signs(Front front, Instant output, Instant current, Optional<Instant> belled, String title) {
        private static final Pattern BLANK = Pattern.compile(" ");

        /// Reads tmux's output for [#WINDOWS].
        ///
        /// @throws IllegalArgumentException if it is not of that format
        public static Signs parse(String words, String title) {
            var all = words.strip();
            int end = all.startsWith("@") ? all.indexOf(' ') : 0;
            if (end < 0) {
                throw new IllegalArgumentException("a session without windows");
            }
            var output = BLANK.splitAsStream(all.substring(end).strip())
                    .map(Output::parse)
                    .reduce(Output::and)
                    .orElseThrow();
            var front = end == 0 ? Front.UNKNOWN : Front.parse(all.substring(0, end));
            return new Signs(front, output.any(), output.current(), output.belled(), title);
        }

        /// How long there must be no output for the session to be idle.
        public Duration quiet() {
            return works() ? TRUSTED : QUIET;
        }

        /// Whether the title says that the program works, and that program has not ended.
        private boolean works() {
            return TitleSign.of(title) == TitleSign.WORKS && !front.shell();
        }

        /// When the activity may change even if the signs do not; empty if it will not.
        public Optional<Instant> deadline(Instant now) {
            return Stream.of(output.plus(QUIET), output.plus(TRUSTED))
                    .filter(deadline -> deadline.isAfter(now))
                    .min(Comparator.naturalOrder());
        }
    }

    /// The activity that follows from the signs.
    public static Activity of(Signs signs, Instant now) {
        if (signs.belled().isPresent()) {
            return new Activity(State.BELL, signs.belled().get(), "it rang the bell, and nobody has looked since");
        }
        var output = signs.output();
        if (TitleSign.of(signs.title()) == TitleSign.ASKS && !signs.front().hasLooked(output)) {
            return new Activity(State.BELL, output, quoted(signs) + " asks for somebody");
        }
        return byOutput(signs, now);
    }

    private static Activity byOutput(Signs signs, Instant now) {
        var output = signs.output();
        long seconds = Math.max(0, Duration.between(output, now).toSeconds());
        if (!now.isBefore(output.plus(signs.quiet()))) {
            return new Activity(State.IDLE, output, "no output for " + seconds + " s");
        }
        var said = signs.works() ? ", title " + quoted(signs) + " says that it works" : "";
        return new Activity(State.BUSY, output, "output " + seconds + " s ago" + said);
    }

    private static String quoted(Signs signs) {
        var title = signs.title();
        int end = title.offsetByCodePoints(0, Math.min(TITLE, title.codePointCount(0, title.length())));
        return "'" + FailureText.printable(title.substring(0, end)) + "'";
    }
}
