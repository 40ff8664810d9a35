package dev.shed.gateway.tmux;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Reads what `capture-pane -e` writes: text, SGR sequences, shifts to the line-drawing characters and back, and from
/// tmux 3.4 on hyperlinks. What is not text or colour is left out, whatever it is.
final class ScreenReader {
    private static final char ESCAPE = 0x1b;
    private static final char SHIFT_OUT = 0x0e;
    private static final char SHIFT_IN = 0x0f;
    private static final char BELL = 0x07;

    private static final Pattern SGR = Pattern.compile("[0-9;:]*m");

    /// The line-drawing characters of the VT100 for `` ` `` to `~`, which programs still use for frames.
    private static final String LINE_DRAWING = "◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·";

    private final boolean colors;
    private final List<String> lines = new ArrayList<>();
    private final StringBuilder line = new StringBuilder();
    private boolean lineDrawing;

    ScreenReader(boolean colors) {
        this.colors = colors;
    }

    List<String> read(String captured) {
        int next = 0;
        while (next < captured.length()) {
            int point = captured.codePointAt(next);
            next = point == ESCAPE ? escape(captured, next + 1) : next + Character.charCount(point);
            take(point);
        }
        if (!line.isEmpty()) {
            endLine();
        }
        return List.copyOf(lines);
    }

    private void take(int point) {
        switch (point) {
            case '\n' -> endLine();
            case SHIFT_OUT -> lineDrawing = true;
            case SHIFT_IN -> lineDrawing = false;
            default -> {
                if (isText(point)) {
                    line.appendCodePoint(shown(point));
                }
            }
        }
    }

    private void endLine() {
        lines.add(line.toString());
        line.setLength(0);
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

    /// Reads the sequence that begins after the escape character and returns where it ends.
    private int escape(String captured, int start) {
        if (start == captured.length()) {
            return start;
        }
        return switch (captured.charAt(start)) {
            case '[' -> controlSequence(captured, start + 1);
            case ']', 'P', '_', '^', 'X' -> string(captured, start + 1);
            default -> start;
        };
    }

    /// Parameters (0x30 to 0x3f) and intermediates (0x20 to 0x2f), then one final character (ECMA-48, 5.4).
    private int controlSequence(String captured, int start) {
        int end = start;
        while (end < captured.length() && captured.charAt(end) >= ' ' && captured.charAt(end) <= '?') {
            end++;
        }
        if (end == captured.length() || captured.charAt(end) == '\n') {
            return end;
        }
        var body = captured.substring(start, end + 1);
        if (colors && SGR.matcher(body).matches()) {
            line.append(ESCAPE).append('[').append(body);
        }
        return end + 1;
    }

    /// To its terminator, BEL or ESC \; one that is not closed ends with its line.
    private static int string(String captured, int start) {
        int end = start;
        while (end < captured.length() && "\n\u0007\u001b".indexOf(captured.charAt(end)) < 0) {
            end++;
        }
        if (end == captured.length() || captured.charAt(end) == '\n') {
            return end;
        }
        boolean terminated = captured.charAt(end) == BELL || captured.startsWith("\\", end + 1);
        return captured.charAt(end) == BELL ? end + 1 : terminated ? end + 2 : end;
    }
}
