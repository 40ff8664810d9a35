package dev.shed.gateway.command;

import dev.shed.gateway.command.ConditionWaiter.Looked;
import dev.shed.gateway.event.SessionView;
import dev.shed.gateway.tmux.Activity;
import dev.shed.gateway.tmux.Activity.Signs;
import dev.shed.gateway.tmux.PaneSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/// What somebody waits for a session to do.
sealed interface Condition {
    /// tmux tells the second in which there was output last; it may have been at its end.
    Duration SECOND = Duration.ofSeconds(1);

    /// What tells that it holds; empty while it does not.
    Optional<String> evidence(PaneSnapshot paneSnapshot, SessionView view, Instant now) throws InterruptedException;

    /// When it is worth to look again though nothing new is known; empty for never.
    default Optional<Instant> due(SessionView view, Looked looked) {
        return Optional.empty();
    }

    /// Whether what is new is a reason to look.
    default boolean wantsToSee(SessionView before, SessionView now) {
        return !before.equals(now);
    }

    /// What it is, as a clause about the session.
    String clause();

    /// No output for so long; without a time, for as long as `sessions` wants it to be idle.
    ///
    /// @param from what was before this does not count
    record Idle(Optional<Duration> quiet, Instant from) implements Condition {
        @Override
        public Optional<String> evidence(PaneSnapshot paneSnapshot, SessionView view, Instant now) {
            var output = last(paneSnapshot.signs());
            return now.isBefore(end(paneSnapshot.signs()))
                    ? Optional.empty()
                    : Optional.of(
                            "no output for " + Duration.between(output, now).toSeconds() + " s");
        }

        private Instant last(Signs signs) {
            return signs.output().isBefore(from) ? from : signs.output();
        }

        private Instant end(Signs signs) {
            return last(signs).plus(quiet.orElse(signs.quiet())).plus(SECOND);
        }

        @Override
        public Optional<Instant> due(SessionView view, Looked looked) {
            return Stream.of(Optional.of(looked.signs()), view.signs())
                    .flatMap(Optional::stream)
                    .map(this::end)
                    .max(Comparator.naturalOrder());
        }

        /// Output only puts it off.
        @Override
        public boolean wantsToSee(SessionView before, SessionView now) {
            return false;
        }

        @Override
        public String clause() {
            return "no output for " + DurationConverter.text(quiet.orElse(Activity.QUIET));
        }
    }

    /// A bell that nobody has looked at, or one that rings from now on.
    ///
    /// @param from when the waiting began
    record Bell(Instant from) implements Condition {
        @Override
        public Optional<String> evidence(PaneSnapshot paneSnapshot, SessionView view, Instant now) {
            if (!view.bell().isBefore(from)) {
                return Optional.of("it rang the bell");
            }
            var activity = Activity.of(paneSnapshot.signs(), now);
            return activity.state() == Activity.State.BELL ? Optional.of(activity.evidence()) : Optional.empty();
        }

        @Override
        public String clause() {
            return "the bell";
        }
    }

    /// The session's end.
    record Exit() implements Condition {
        @Override
        public Optional<String> evidence(PaneSnapshot paneSnapshot, SessionView view, Instant now) {
            return Optional.empty();
        }

        @Override
        public boolean wantsToSee(SessionView before, SessionView now) {
            return false;
        }

        @Override
        public String clause() {
            return "its end";
        }
    }

    /// Text on the screen.
    record Match(ScreenPattern pattern) implements Condition {
        @Override
        public Optional<String> evidence(PaneSnapshot paneSnapshot, SessionView view, Instant now)
                throws InterruptedException {
            return pattern.find(paneSnapshot.screen());
        }

        @Override
        public Optional<Instant> due(SessionView view, Looked looked) {
            return afterOutput(looked);
        }

        @Override
        public String clause() {
            return "a match on the screen";
        }
    }

    /// Text that was not there when the waiting began.
    record NewMatch(NewMatches matches) implements Condition {
        @Override
        public Optional<String> evidence(PaneSnapshot paneSnapshot, SessionView view, Instant now)
                throws InterruptedException {
            return matches.find();
        }

        @Override
        public Optional<Instant> due(SessionView view, Looked looked) {
            return afterOutput(looked);
        }

        @Override
        public String clause() {
            return "a match in new output";
        }
    }

    /// More output within the second that was looked at is not told.
    private static Optional<Instant> afterOutput(Looked looked) {
        return Optional.of(looked.signs().output().plus(SECOND))
                .filter(end -> !looked.at().isAfter(end));
    }
}
