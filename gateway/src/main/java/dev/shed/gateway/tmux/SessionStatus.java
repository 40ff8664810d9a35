package dev.shed.gateway.tmux;

import dev.shed.gateway.agent.AgentPane;
import dev.shed.gateway.agent.Status;
import dev.shed.gateway.agent.Status.Source;
import dev.shed.gateway.agent.Status.State;
import dev.shed.gateway.tmux.Activity.Signs;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The status of a session: that of the pane which needs a person most. If no pane has an agent or a failed
/// program, it follows from the session's bells and output.
public final class SessionStatus {
    private SessionStatus() {}

    /// The status of one pane.
    ///
    /// @param id tmux's name of the pane, as `%3`
    public record OfPane(String id, Status status) {}

    /// The status of a session with these panes and signs.
    public static Status of(List<AgentPane> panes, Signs signs, Instant now) {
        return reported(panes, signs).stream()
                .map(OfPane::status)
                .min(Comparator.comparing(Status::state))
                .orElseGet(() -> of(Activity.of(signs, now)));
    }

    /// The panes that have an agent, or whose program has failed, with their status.
    public static List<OfPane> reported(List<AgentPane> panes, Signs signs) {
        return panes.stream()
                .flatMap(pane -> pane.status().map(status -> new OfPane(pane.id(), seen(status, signs))).stream())
                .toList();
    }

    /// An agent that is done is idle once somebody has looked at the session.
    private static Status seen(Status status, Signs signs) {
        return status.state() == State.DONE
                        && signs.front().hasLooked(status.since().orElse(Instant.EPOCH))
                ? status.as(State.IDLE)
                : status;
    }

    private static Status of(Activity activity) {
        return switch (activity.state()) {
            case BUSY -> by(Source.OUTPUT, State.WORKING, activity, Optional.empty());
            case IDLE -> by(Source.OUTPUT, State.IDLE, activity, Optional.of(activity.at()));
            case BELL -> by(Source.BELL, State.NEEDS_INPUT, activity, Optional.of(activity.at()));
        };
    }

    private static Status by(Source source, State state, Activity activity, Optional<Instant> since) {
        var message = source == Source.BELL ? Optional.of(activity.evidence()) : Optional.<String>empty();
        return new Status(state, message, since, Optional.empty(), source);
    }
}
