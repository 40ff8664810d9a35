package dev.shed.gateway.agent;

import dev.shed.gateway.agent.Status.Source;
import dev.shed.gateway.agent.Status.State;
import java.util.Optional;

/// The titles of those agents that say in them what they are doing.
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
        return state.map(told -> Status.of(agent, told, Source.TITLE));
    }

    /// The sign blinks; without one the title is that of the directory, at all times.
    private static Optional<State> codex(String title) {
        if (title.matches("\\[ [!.] \\] Action Required.*")) {
            return Optional.of(State.NEEDS_APPROVAL);
        }
        int sign = first(title);
        return sign >= FIRST_BRAILLE && sign <= LAST_BRAILLE ? Optional.of(State.WORKING) : Optional.empty();
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
