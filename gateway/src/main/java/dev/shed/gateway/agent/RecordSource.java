package dev.shed.gateway.agent;

import dev.shed.gateway.agent.Status.Source;
import dev.shed.gateway.agent.Status.State;
import java.util.Optional;
import java.util.Set;

/// Claude Code's own record of its session. It tells an error, Esc and that nothing was asked yet as `idle`; that it
/// was an error, or is the beginning, is taken from its hooks. Its dialog about trust in a directory comes before there
/// is a record.
final class RecordSource implements StatusSource {
    private static final Set<State> TOLD_BY_HOOKS = Set.of(State.FAILED, State.IDLE);

    @Override
    public Optional<Status> status(Agent agent, AgentPane pane) {
        return agent == Agent.CLAUDE_CODE
                ? pane.foreground()
                        .record()
                        .flatMap(record -> read(record, pane.foreground().hook()))
                : Optional.empty();
    }

    private static Optional<Status> read(ClaudeRecord record, Optional<HookRecord> hook) {
        var status = state(record)
                .map(state -> new Status(
                        state,
                        record.waitingFor().filter(_ -> record.status().equals("waiting")),
                        record.updated(),
                        Optional.of(Agent.CLAUDE_CODE),
                        Source.RECORD));
        return status.map(own -> hook.map(told -> told.status(own.agent(), Source.HOOK))
                .filter(told ->
                        TOLD_BY_HOOKS.contains(told.state()) && record.status().equals("idle"))
                .orElse(own));
    }

    private static Optional<State> state(ClaudeRecord record) {
        return switch (record.status()) {
            case "idle" -> Optional.of(record.changed() ? State.DONE : State.IDLE);
            // A command of the user's own that runs in it.
            case "busy", "shell" -> Optional.of(State.WORKING);
            case "waiting" ->
                Optional.of(
                        record.waitingFor().filter("permission prompt"::equals).isPresent()
                                ? State.NEEDS_APPROVAL
                                : State.NEEDS_INPUT);
            default -> Optional.empty();
        };
    }
}
