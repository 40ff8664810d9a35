package dev.shed.gateway.command;

import dev.shed.gateway.event.Events;
import dev.shed.gateway.event.SessionView;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.session.Sessions;
import dev.shed.gateway.tmux.Activity.Signs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// Waits for a condition of a session: looks, and looks again when something is new or due.
record ConditionWaiter(Shed shed, Events.Stream stream, Sessions sessions, Clock clock) {
    /// How it ended.
    sealed interface Outcome {
        record Holds(String evidence) implements Outcome {}

        record Ended() implements Outcome {}

        record TimeOut() implements Outcome {}
    }

    /// Waits for it, until `deadline`.
    ///
    /// @param known what is known of the session at the beginning
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

    /// What the last look showed, and when.
    record Looked(Signs signs, Instant at) {}

    /// Waits until there is a reason to look, or none to wait any longer.
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
