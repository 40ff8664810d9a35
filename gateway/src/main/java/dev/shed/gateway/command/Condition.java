package dev.shed.gateway.command;

import dev.shed.gateway.agent.Status;
import dev.shed.gateway.agent.Status.State;
import dev.shed.gateway.command.ConditionWaiter.Looked;
import dev.shed.gateway.command.WaitingVerb.Until;
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

    /// No output for so long; without a time, for as long as `sessions` wants it to be idle, and then not while an
    /// agent says that it works.
    ///
    /// @param from what was before this does not count
    record Idle(Optional<Duration> quiet, Instant from) implements Condition {
        @Override
        public Optional<String> evidence(PaneSnapshot paneSnapshot, SessionView view, Instant now) {
            if (works(view)) {
                return Optional.empty();
            }
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
            if (works(view)) {
                return Optional.empty();
            }
            return Stream.of(Optional.of(looked.signs()), view.signs())
                    .flatMap(Optional::stream)
                    .map(this::end)
                    .max(Comparator.naturalOrder());
        }

        private boolean works(SessionView view) {
            return quiet.isEmpty()
                    && view.status()
                            .filter(status -> status.agent().isPresent() && status.state() == State.WORKING)
                            .isPresent();
        }

        /// Output only puts it off.
        @Override
        public boolean wantsToSee(SessionView before, SessionView now) {
            return works(before) != works(now);
        }

        @Override
        public String clause() {
            return "no output for " + DurationConverter.text(quiet.orElse(Activity.QUIET));
        }
    }

    /// What an agent is doing, or that a program has failed.
    ///
    /// @param until which of these is waited for
    /// @param from what began before this does not count
    record InState(Until until, Instant from) implements Condition {
        @Override
        public Optional<String> evidence(PaneSnapshot paneSnapshot, SessionView view, Instant now) {
            return view.status().filter(this::holds).map(Status::text);
        }

        private boolean holds(Status status) {
            boolean state = switch (until) {
                case needs_me -> status.needsSomebody();
                case failed -> status.state() == State.FAILED;
                // Somebody may have looked at once.
                default -> status.agent().isPresent() && (status.state() == State.DONE || status.state() == State.IDLE);
            };
            return state
                    && (from.equals(Instant.MIN)
                            || status.since()
                                    .filter(since -> !since.isBefore(from))
                                    .isPresent());
        }

        @Override
        public boolean wantsToSee(SessionView before, SessionView now) {
            return !before.status().equals(now.status());
        }

        @Override
        public String clause() {
            return "the status " + until;
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
