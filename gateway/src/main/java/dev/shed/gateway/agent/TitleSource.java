package dev.shed.gateway.agent;

import dev.shed.gateway.agent.Status.Source;
import dev.shed.gateway.agent.Status.State;
import java.util.Optional;

/// The titles of those agents that say in them what they are doing. What their hooks tell completes that: Codex calls
/// none after an error, and Gemini CLI none when Esc closes a dialog.
final class TitleSource implements StatusSource {
    private static final int FIRST_BRAILLE = 0x2801;
    private static final int LAST_BRAILLE = 0x28ff;

    @Override
    public Optional<Status> status(Agent agent, AgentPane pane) {
        var told = pane.foreground().hook().map(record -> record.status(Optional.of(agent), Source.HOOK));
        return switch (agent) {
            case CODEX -> codex(pane.title(), told);
            case GEMINI -> gemini(pane.title(), told);
            // Inside tmux Claude Code has the same sign at all times; OpenCode has none.
            case CLAUDE_CODE, OPENCODE -> Optional.empty();
        };
    }

    /// The sign blinks. `Ready` is there by the configuration in the image; otherwise the title is then that of the
    /// directory.
    private static Optional<Status> codex(String title, Optional<Status> told) {
        if (title.matches("\\[ [!.] \\] Action Required.*")) {
            return Optional.of(says(Agent.CODEX, State.NEEDS_APPROVAL));
        }
        int sign = first(title);
        if (sign >= FIRST_BRAILLE && sign <= LAST_BRAILLE) {
            return Optional.of(says(Agent.CODEX, State.WORKING));
        }
        return title.matches("Ready( \\|.*)?")
                ? Optional.of(told.map(status -> ended(Agent.CODEX, status)).orElse(says(Agent.CODEX, State.IDLE)))
                : Optional.empty();
    }

    /// Its sign for "ready" (◇) alone is no evidence: it is also there while it asks whether to
    /// trust the directory, and until then it calls no hooks.
    private static Optional<Status> gemini(String title, Optional<Status> told) {
        var asked = told.filter(Status::needsSomebody);
        return switch (first(title)) {
            // The same for a permission and for a question.
            case '✋' -> asked.or(() -> Optional.of(says(Agent.GEMINI, State.NEEDS_INPUT)));
            case '✦', '⏲' -> Optional.of(says(Agent.GEMINI, State.WORKING));
            case '◇' ->
                asked.map(_ -> says(Agent.GEMINI, State.IDLE))
                        .or(() -> told.map(status -> ended(Agent.GEMINI, status)));
            default -> asked.map(_ -> unknown(Agent.GEMINI));
        };
    }

    /// What was told last, if that is about the end of a turn.
    private static Status ended(Agent agent, Status told) {
        return told.state() == State.WORKING ? unknown(agent) : told;
    }

    private static Status says(Agent agent, State state) {
        return Status.of(agent, state, Source.TITLE);
    }

    private static Status unknown(Agent agent) {
        return Status.of(agent, State.UNKNOWN, Source.PROCESS);
    }

    private static int first(String title) {
        return title.isEmpty() ? 0 : title.codePointAt(0);
    }
}
