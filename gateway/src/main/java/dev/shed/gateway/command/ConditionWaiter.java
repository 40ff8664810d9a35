package dev.shed.gateway.command;

import dev.shed.gateway.event.Events;
import dev.shed.gateway.event.SessionView;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.session.Sessions;
import dev.shed.gateway.tmux.Activity.Signs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// Waits for a condition of a session: checks it, and checks it again at an event or when it is due.
record ConditionWaiter(Shed shed, Events.Stream stream, Sessions sessions, Clock clock) {
    /// How the wait ended.
    sealed interface Outcome {
        record Holds(String evidence) implements Outcome {}

        record Ended() implements Outcome {}

        record TimeOut() implements Outcome {}
    }

    /// Waits for the condition until `deadline`.
    ///
    /// @param known the state of the session at the beginning
    Outcome await(Condition condition, SessionView known, Instant deadline) throws InterruptedException {
        var view = known;
        while (view.open()) {
            var now = clock.instant();
            var look = sessions.look(shed, view.id());
            if (look.isEmpty()) {
                break;
            }
            var evidence = condition.evidence(look.get(), view, now);
            if (evidence.isPresent()) {
                return new Outcome.Holds(evidence.get());
            }
            if (!now.isBefore(deadline)) {
                return new Outcome.TimeOut();
            }
            view = pause(condition, view, new Looked(look.get().signs(), now), deadline);
        }
        return new Outcome.Ended();
    }

    /// The result of the last check, and its time.
    record Looked(Signs signs, Instant at) {}

    /// Waits for a reason to check again, or to stop waiting.
    private SessionView pause(Condition condition, SessionView known, Looked looked, Instant deadline)
            throws InterruptedException {
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
