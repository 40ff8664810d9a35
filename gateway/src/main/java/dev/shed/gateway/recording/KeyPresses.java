package dev.shed.gateway.recording;

/// Detects key presses in the bytes that a terminal sends. A terminal also answers tmux's queries, and
/// reports mouse and focus events; everything else was typed. Reports may be split, and may arrive together
/// with keys. Not thread-safe.
final class KeyPresses {
    private static final int ESCAPE = 0x1b;
    private static final int BELL = 0x07;
    private static final int BLANK = 0x20;

    /// After `ESC [ M` follow the button, the column and the row.
    private static final int MOUSE_BYTES = 3;

    /// Limit on a report, in bytes. Longer ones count as key presses, so that nobody can hide keys behind the
    /// beginning of a report.
    private static final int LONGEST = 4096;

    private State state = State.NONE;

    /// How many bytes of the report have been read; in a mouse report, how many are still to come.
    private int count;

    /// The position in a report.
    private enum State {
        NONE,
        ESCAPE,
        /// After `ESC [`.
        BRACKET,
        /// After `ESC [ ?`, `ESC [ >` or `ESC [ <`, until a letter.
        NUMBERS,
        /// After `ESC [ M`.
        MOUSE,
        /// After `ESC P` or `ESC ]`, until `ESC \` or BEL.
        STRING,
        STRING_ESCAPE
    }

    /// Whether these bytes contain a key press.
    boolean in(byte[] source, int offset, int length) {
        boolean typed = false;
        for (int i = offset; i < offset + length; i++) {
            typed |= isKey(source[i] & 0xff);
        }
        // An Escape at the end is the Escape key: a terminal sends a report in one piece, or continues it at
        // once.
        boolean alone = state == State.ESCAPE;
        if (alone) {
            state = State.NONE;
        }
        return typed || alone;
    }

    private boolean isKey(int next) {
        return switch (state) {
            case NONE -> begin(next);
            case ESCAPE -> afterEscape(next);
            case BRACKET -> afterBracket(next);
            case NUMBERS -> inNumbers(next);
            case MOUSE -> inMouse();
            case STRING, STRING_ESCAPE -> inString(next);
        };
    }

    private boolean begin(int next) {
        state = next == ESCAPE ? State.ESCAPE : State.NONE;
        return next != ESCAPE;
    }

    private boolean afterEscape(int next) {
        count = 0;
        state = switch (next) {
            case '[' -> State.BRACKET;
            case 'P', ']' -> State.STRING;
            default -> State.NONE;
        };
        return state == State.NONE;
    }

    private boolean afterBracket(int next) {
        count = next == 'M' ? MOUSE_BYTES : 0;
        state = switch (next) {
            case '?', '>', '<' -> State.NUMBERS;
            case 'M' -> State.MOUSE;
            default -> State.NONE;
        };
        // `ESC [ I` and `ESC [ O` report the focus.
        return state == State.NONE && next != 'I' && next != 'O';
    }

    private boolean inNumbers(int next) {
        boolean goesOn = (next >= '0' && next <= '9') || next == ';' || next == '$';
        state = goesOn && ++count < LONGEST ? State.NUMBERS : State.NONE;
        boolean ends = (next >= 'A' && next <= 'Z') || (next >= 'a' && next <= 'z');
        return state == State.NONE && !ends;
    }

    private boolean inMouse() {
        count--;
        state = count == 0 ? State.NONE : State.MOUSE;
        return false;
    }

    /// A report contains no line break or other control character.
    private boolean inString(int next) {
        if (next == BELL || (state == State.STRING_ESCAPE && next == '\\')) {
            state = State.NONE;
            return false;
        }
        boolean goesOn = next >= BLANK && state == State.STRING && ++count < LONGEST;
        boolean mayEnd = next == ESCAPE && state == State.STRING;
        state = mayEnd ? State.STRING_ESCAPE : goesOn ? State.STRING : State.NONE;
        return !mayEnd && !goesOn;
    }
}
