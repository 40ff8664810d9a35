package dev.shed.gateway.tmux;

/// The meaning of the first character of a terminal's title. Coding agents put a sign there: a spinner
/// while they work, another one when they ask for permission.
enum TitleSign {
    WORKS,
    ASKS,
    NOTHING;

    private static final int FIRST_BRAILLE = 0x2801;
    private static final int LAST_BRAILLE = 0x28ff;

    static TitleSign of(String title) {
        if (title.isEmpty()) {
            return NOTHING;
        }
        int sign = title.codePointAt(0);
        if (sign >= FIRST_BRAILLE && sign <= LAST_BRAILLE) {
            // The frames of the spinner that nearly all of them use.
            return WORKS;
        }
        return switch (sign) {
            // Gemini CLI; a quarter of a circle that turns
            case '✦', '⏲', '◐', '◓', '◑', '◒' -> WORKS;
            // The signs for "ready" (✳, ◇) are no evidence: Claude Code shows its own for the whole turn inside tmux.
            case '✋', 0x1F514 -> ASKS;
            default -> NOTHING;
        };
    }
}
