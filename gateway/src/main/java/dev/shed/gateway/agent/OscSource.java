package dev.shed.gateway.agent;

import java.util.Optional;

/// What the agent tells its terminal by OSC 7501, if a relay stands between it and tmux.
final class OscSource implements StatusSource {
    @Override
    public Optional<Status> status(Agent agent, AgentPane pane) {
        return pane.foreground().report().map(told -> told.status(Optional.of(agent), Status.Source.OSC));
    }
}
