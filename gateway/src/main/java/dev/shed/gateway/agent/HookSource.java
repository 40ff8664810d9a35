package dev.shed.gateway.agent;

import java.util.Optional;

/// What a hook or plugin of an agent has written. Claude Code's hooks are not called on Esc, so its own record comes
/// first.
final class HookSource implements StatusSource {
    @Override
    public Optional<Status> status(Agent agent, AgentPane pane) {
        return pane.foreground().hook().map(told -> told.status(Optional.of(agent), Status.Source.HOOK));
    }
}
