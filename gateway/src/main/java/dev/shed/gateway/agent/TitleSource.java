package dev.shed.gateway.agent;

import dev.shed.gateway.agent.Status.Source;
import dev.shed.gateway.agent.Status.State;
import java.util.Optional;

/// The titles of those agents that say in them what they are doing. How a turn of Codex has ended is taken from its
/// hooks, which are not called after an error.
final class TitleSource implements StatusSource {
    private static final int FIRST_BRAILLE = 0x2801;
    private static final int LAST_BRAILLE = 0x28ff;

    @Override
    public Optional<Status> status(Agent agent, AgentPane pane) {
        var state = switch (agent) {
            case CODEX -> codex(pane.title());
            case GEMINI -> gemini(pane.title());
            // Inside tmux Claude Code has the same sign at all times; OpenCode has none.
            case CLAUDE_CODE, OPENCODE -> Optional.<State>empty();
        };
        return state.map(
                told -> told == State.IDLE ? ended(agent, pane.foreground()) : Status.of(agent, told, Source.TITLE));
    }

    private static Status ended(Agent agent, Foreground foreground) {
        return foreground
                .hook()
                .map(told -> told.status(Optional.of(agent), Source.HOOK))
                .map(told -> told.state() == State.WORKING ? Status.of(agent, State.UNKNOWN, Source.PROCESS) : told)
                .orElseGet(() -> Status.of(agent, State.IDLE, Source.TITLE));
    }

    /// The sign blinks. `Ready` is there by the configuration in the image; otherwise the title is then that of the
    /// directory.
    private static Optional<State> codex(String title) {
        if (title.matches("\\[ [!.] \\] Action Required.*")) {
            return Optional.of(State.NEEDS_APPROVAL);
        }
        int sign = first(title);
        if (sign >= FIRST_BRAILLE && sign <= LAST_BRAILLE) {
            return Optional.of(State.WORKING);
        }
        return title.matches("Ready( \\|.*)?") ? Optional.of(State.IDLE) : Optional.empty();
    }

    private static Optional<State> gemini(String title) {
        return switch (first(title)) {
            // The same for a permission and for a question.
            case '✋' -> Optional.of(State.NEEDS_INPUT);
            case '✦', '⏲' -> Optional.of(State.WORKING);
            // The sign for "ready" (◇) is no evidence: it is also there while it asks whether to trust the directory.
            default -> Optional.empty();
        };
    }

    private static int first(String title) {
        return title.isEmpty() ? 0 : title.codePointAt(0);
    }
}
