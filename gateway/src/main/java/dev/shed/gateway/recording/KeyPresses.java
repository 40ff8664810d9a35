package dev.shed.gateway.recording;

/// Finds out whether somebody types. A terminal answers tmux's questions, and tells of the mouse and the focus, on the
/// same way: what is no such answer was typed. Answers come in pieces, and together with what is typed. Used by one
/// thread at a time.
final class KeyPresses {
    private static final int ESCAPE = 0x1b;
    private static final int BELL = 0x07;
    private static final int BLANK = 0x20;

    /// Of `ESC [ M` the button, the column and the row.
    private static final int MOUSE_BYTES = 3;

    /// No answer is longer. Who types the beginning of one does not get by unseen.
    private static final int LONGEST = 4096;

    private State state = State.NONE;

    /// How many bytes of the answer there have been, or how many are still to come.
    private int count;

    /// Where in an answer the next byte is.
    private enum State {
        NONE,
        ESCAPE,
        /// Behind `ESC [`.
        BRACKET,
        /// Behind `ESC [ ?`, `ESC [ >` or `ESC [ <`: until a letter.
        NUMBERS,
        /// Behind `ESC [ M`.
        MOUSE,
        /// Behind `ESC P` or `ESC ]`: until `ESC \`, or a bell.
        STRING,
        STRING_ESCAPE
    }

    /// Whether keys are among these bytes.
    boolean in(byte[] source, int offset, int length) {
        boolean typed = false;
        for (int i = offset; i < offset + length; i++) {
            typed |= isKey(source[i] & 0xff);
        }
        // An Escape alone is a key; the rest of an answer comes with it, or within what a key press takes.
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
        // `ESC [ I` and `ESC [ O` are the focus.
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

    /// What has a line break in it, or whatever else Control makes, is no answer.
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
