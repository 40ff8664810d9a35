package dev.shed.gateway.command;

import dev.shed.gateway.event.Events;
import dev.shed.gateway.event.SessionView;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.shed.ContainerCommands;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.session.Sessions;
import dev.shed.gateway.tmux.Activity.Signs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// Waits for a condition of a session: checks it, and checks it again at an event or when it is due. A shed that is too
/// slow for a check is checked again.
///
/// @param deadline when it gives up
record ConditionWaiter(Shed shed, Events.Stream stream, Sessions sessions, Clock clock, Instant deadline) {
    /// The pause after a check that was not answered in time.
    private static final Duration AGAIN = Duration.ofSeconds(1);

    /// How the wait ended.
    sealed interface Outcome {
        record Holds(String evidence) implements Outcome {}

        record Ended() implements Outcome {}

        record TimeOut() implements Outcome {}
    }

    /// The result of a check.
    private sealed interface Check {
        record Holds(String evidence) implements Check {}

        record Fails(Looked looked) implements Check {}

        /// There is no such session.
        record Ended() implements Check {}

        /// The shed did not answer in time.
        record Unanswered() implements Check {}
    }

    /// Waits for the condition.
    ///
    /// @param known the state of the session at the beginning
    Outcome await(Condition condition, SessionView known) throws InterruptedException {
        var view = known;
        while (view.open()) {
            var now = clock.instant();
            var check = check(condition, view, now);
            if (check instanceof Check.Holds(var evidence)) {
                return new Outcome.Holds(evidence);
            }
            if (check instanceof Check.Ended) {
                break;
            }
            if (!now.isBefore(deadline)) {
                return new Outcome.TimeOut();
            }
            view = check instanceof Check.Fails(var looked)
                    ? pause(condition, view, looked)
                    : stream.await(shed.name(), view, until(clock.instant().plus(AGAIN)));
        }
        return new Outcome.Ended();
    }

    private Check check(Condition condition, SessionView view, Instant now) throws InterruptedException {
        try {
            var look = sessions.look(shed, view.id());
            if (look.isEmpty()) {
                return new Check.Ended();
            }
            return condition
                    .evidence(look.get(), view, now)
                    .<Check>map(Check.Holds::new)
                    .orElseGet(() -> new Check.Fails(new Looked(look.get().signs(), now)));
        } catch (ShedException e) {
            if (ContainerCommands.isTimeout(e)) {
                return new Check.Unanswered();
            }
            throw e;
        }
    }

    /// How long it is until then, or until the deadline.
    private Duration until(Instant then) {
        return Duration.between(clock.instant(), then.isBefore(deadline) ? then : deadline);
    }

    /// The result of the last check, and its time.
    record Looked(Signs signs, Instant at) {}

    /// Waits for a reason to check again, or to stop waiting.
    private SessionView pause(Condition condition, SessionView known, Looked looked) throws InterruptedException {
        var before = known;
        while (true) {
            var until = condition.due(before, looked).filter(deadline::isAfter).orElse(deadline);
            var now = stream.await(shed.name(), before, Duration.between(clock.instant(), until));
            if (!now.open()
                    || condition.wantsToSee(before, now)
                    || !clock.instant().isBefore(until)) {
                return now;
            }
            before = now;
        }
    }
}
