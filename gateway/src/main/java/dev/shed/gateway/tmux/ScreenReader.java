package dev.shed.gateway.tmux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Reads what `capture-pane -e` writes, as it comes: text, SGR sequences, shifts to the line-drawing characters and
/// back, and from tmux 3.4 on hyperlinks. What is not text or colour is left out, whatever it is. A line of any
/// length takes little memory. Used by one thread.
final class ScreenReader {
    private static final char ESCAPE = 0x1b;
    private static final char SHIFT_OUT = 0x0e;
    private static final char SHIFT_IN = 0x0f;
    private static final char BELL = 0x07;

    /// With both colours, the underline's, and every attribute it is a hundred; a longer one is none of tmux's.
    private static final int MAX_SEQUENCE = 256;

    /// How much text is handed over at once.
    private static final int MAX_TEXT = 4096;

    private static final Pattern SGR = Pattern.compile("[0-9;:]*m");

    /// The line-drawing characters of the VT100 for `` ` `` to `~`, which programs still use for frames.
    private static final String LINE_DRAWING = "◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·";

    /// Gets what is read.
    public interface Listener {
        /// The next part of a line: text, with whole SGR sequences in it.
        void text(String part) throws IOException;

        void endOfLine() throws IOException;
    }

    private enum State {
        TEXT,
        /// behind an escape character
        ESCAPED,
        /// parameters (0x30 to 0x3f) and intermediates (0x20 to 0x2f), then one final character (ECMA-48, 5.4)
        SEQUENCE,
        /// to its terminator, BEL or ESC \; one that is not closed ends with its line
        STRING,
        /// behind an escape character in a string
        STRING_ESCAPED
    }

    private final boolean colors;
    private final Listener listener;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder sequence = new StringBuilder();
    private State state = State.TEXT;
    private boolean lineDrawing;
    private boolean lineBegun;

    ScreenReader(boolean colors, Listener listener) {
        this.colors = colors;
        this.listener = listener;
    }

    /// All lines of a short capture.
    static List<String> lines(String captured, boolean colors) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        var reader = new ScreenReader(colors, new Listener() {
            @Override
            public void text(String part) {
                line.append(part);
            }

            @Override
            public void endOfLine() {
                lines.add(line.toString());
                line.setLength(0);
            }
        });
        try {
            reader.read(captured);
            reader.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(lines);
    }

    /// Takes the next characters; surrogates come in pairs.
    void read(CharSequence characters) throws IOException {
        int next = 0;
        while (next < characters.length()) {
            int point = Character.codePointAt(characters, next);
            next += Character.charCount(point);
            take(point);
        }
    }

    /// Ends the input. A last line without a line feed counts as a line.
    void end() throws IOException {
        if (lineBegun) {
            endLine();
        }
    }

    private void take(int point) throws IOException {
        if (point == '\n') {
            state = State.TEXT;
            endLine();
            return;
        }
        switch (state) {
            case TEXT -> takeText(point);
            case ESCAPED -> takeEscaped(point);
            case SEQUENCE -> takeSequence(point);
            case STRING -> takeString(point);
            case STRING_ESCAPED -> {
                state = State.TEXT;
                if (point != '\\') {
                    takeEscaped(point);
                }
            }
        }
    }

    private void takeText(int point) throws IOException {
        switch (point) {
            case ESCAPE -> state = State.ESCAPED;
            case SHIFT_OUT -> lineDrawing = true;
            case SHIFT_IN -> lineDrawing = false;
            default -> {
                if (isText(point)) {
                    text.appendCodePoint(shown(point));
                    lineBegun = true;
                    handOver(MAX_TEXT);
                }
            }
        }
    }

    private void takeEscaped(int point) throws IOException {
        state = State.TEXT;
        switch (point) {
            case '[' -> {
                sequence.setLength(0);
                state = State.SEQUENCE;
            }
            case ']', 'P', '_', '^', 'X' -> state = State.STRING;
            default -> takeText(point);
        }
    }

    private void takeSequence(int point) throws IOException {
        if (sequence.length() < MAX_SEQUENCE) {
            sequence.appendCodePoint(point);
        }
        if (point >= ' ' && point <= '?') {
            return;
        }
        state = State.TEXT;
        if (colors && SGR.matcher(sequence).matches()) {
            text.append(ESCAPE).append('[').append(sequence);
            lineBegun = true;
            handOver(MAX_TEXT);
        }
    }

    private void takeString(int point) {
        if (point == ESCAPE) {
            state = State.STRING_ESCAPED;
        } else if (point == BELL) {
            state = State.TEXT;
        }
    }

    private void endLine() throws IOException {
        handOver(1);
        lineBegun = false;
        listener.endOfLine();
    }

    private void handOver(int least) throws IOException {
        if (text.length() >= least) {
            listener.text(text.toString());
            text.setLength(0);
        }
    }

    private int shown(int point) {
        return lineDrawing && point >= '`' && point <= '~' ? LINE_DRAWING.charAt(point - '`') : point;
    }

    /// Joiners belong to the text (emoji, Persian); other format characters turn lines around or hide in them.
    private static boolean isText(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            case Character.FORMAT -> point == 0x200c || point == 0x200d;
            default -> true;
        };
    }
}
