package dev.shed.gateway.tmux;

import java.nio.charset.StandardCharsets;

/// Fuzz target: what calls itself tmux in a shed. The first byte says what it was asked.
public final class TmuxAnswerFuzz {
    private static final AttachLog.Id ID =
            AttachLog.Id.parse("0123456789abcdef").orElseThrow();

    private TmuxAnswerFuzz() {}

    /// Reads one input; throws what no input may lead to.
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        var answer = new String(input, 1, input.length - 1, StandardCharsets.UTF_8);
        try {
            switch (input[0]) {
                case 's' -> Tmux.parseSessions(answer).forEach(TmuxAnswerFuzz::check);
                case 'p' -> Tmux.parseScreen(answer);
                case 'a' -> AttachLog.shown(answer, ID);
                default -> answer.lines().forEach(Notice::parse);
            }
        } catch (IllegalArgumentException _) {
            // The one thing that the readers of these answers expect: it becomes SHED_NOT_READY.
        }
    }

    private static void check(TmuxSession session) {
        if (session.name().indexOf('\t') >= 0 || session.name().indexOf('\n') >= 0) {
            throw new AssertionError("a name that is two fields: " + session);
        }
    }
}
