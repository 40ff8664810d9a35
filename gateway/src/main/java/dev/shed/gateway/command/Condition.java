package dev.shed.gateway.command;

import dev.shed.gateway.agent.Status;
import dev.shed.gateway.agent.Status.Source;
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

/// The condition of a session that a verb waits for.
sealed interface Condition {
    /// tmux reports the time of the last output in whole seconds, and the output may have been at the end of
    /// the second.
    Duration SECOND = Duration.ofSeconds(1);

    /// The reason why the condition holds; empty if it does not.
    Optional<String> evidence(PaneSnapshot paneSnapshot, SessionView view, Instant now) throws InterruptedException;

    /// When the session must be checked again without an event; empty for never.
    default Optional<Instant> due(SessionView view, Looked looked) {
        return Optional.empty();
    }

    /// Whether an event is a reason to check the session.
    default boolean wantsToSee(SessionView before, SessionView now) {
        return !before.equals(now);
    }

    /// The condition as a clause about the session.
    String clause();

    /// No output for the time `quiet`. If that is empty, for the time after which `sessions` shows it as
    /// idle, unless its agent reports that it works.
    ///
    /// @param from output before this is ignored
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
                            "no output for " + Duration.between(output, now).toSeconds() + " s"
                                    + failed(view).map(how -> "; " + how).orElse(""));
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

        /// Output only delays this condition, so it is no reason to check.
        @Override
        public boolean wantsToSee(SessionView before, SessionView now) {
            return works(before) != works(now);
        }

        @Override
        public String clause() {
            return DurationConverter.text(quiet.orElse(Activity.QUIET)) + " without output";
        }
    }

    /// The status of an agent, or a failed program.
    ///
    /// @param until the status to wait for
    /// @param from a status that began before this is ignored
    record InState(Until until, Instant from) implements Condition {
        @Override
        public Optional<String> evidence(PaneSnapshot paneSnapshot, SessionView view, Instant now) {
            return view.status().filter(this::holds).map(Status::text);
        }

        private boolean holds(Status status) {
            boolean state = switch (until) {
                case needs_me -> status.needsSomebody();
                case failed -> status.state() == State.FAILED;
                // A finished agent may already be idle, because a user has looked at it.
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

    /// A bell that no user has seen yet, or a new one.
    ///
    /// @param from when the wait began
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

    /// The end of the session, or of a program in it that has failed and keeps its pane.
    record Exit() implements Condition {
        @Override
        public Optional<String> evidence(PaneSnapshot paneSnapshot, SessionView view, Instant now) {
            return failed(view);
        }

        @Override
        public boolean wantsToSee(SessionView before, SessionView now) {
            return !before.status().equals(now.status());
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

    /// Text that was not on the screen when the wait began.
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

    /// How a program has ended that has failed.
    private static Optional<String> failed(SessionView view) {
        return view.status()
                .filter(status -> status.state() == State.FAILED && status.source() == Source.EXIT)
                .map(status -> "its program has failed"
                        + status.message().map(how -> ": " + how).orElse(""));
    }

    /// After a check, tmux does not report more output within the same second, so the session is checked
    /// again after it.
    private static Optional<Instant> afterOutput(Looked looked) {
        return Optional.of(looked.signs().output().plus(SECOND))
                .filter(end -> !looked.at().isAfter(end));
    }
}
