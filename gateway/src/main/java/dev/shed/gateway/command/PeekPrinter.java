package dev.shed.gateway.command;

import dev.shed.gateway.text.Json;
import dev.shed.gateway.tmux.Pane;
import dev.shed.gateway.tmux.ScreenStream;
import java.io.IOException;
import java.io.Writer;
import java.util.Optional;
import java.util.function.Function;

/// Prints the content of a pane as it is read, in little memory even if it is long.
final class PeekPrinter implements ScreenStream.Listener {
    private static final String RESET = "\u001b[0m";
    private static final String BLANKS = " ".repeat(1024);

    private final Writer out;
    private final String lineEnd;
    private final Style style;
    private boolean begun;
    private boolean inLine;
    private boolean afterLine;
    private boolean blankLine = true;
    private int blanks;

    /// Blank lines that were read and not printed: those at the end never are.
    private int blankLines;

    /// The output format.
    ///
    /// @param json if present, returns the JSON before the lines
    /// @param joined whether tmux has joined wrapped lines; it then leaves blanks at line ends, which are not
    /// part of the text
    record Style(Optional<Function<Pane, String>> json, boolean colors, boolean joined) {}

    PeekPrinter(Writer out, String lineEnd, Style style) {
        this.out = out;
        this.lineEnd = lineEnd;
        this.style = style;
    }

    private boolean json() {
        return style.json().isPresent();
    }

    @Override
    public void pane(Pane pane) throws IOException {
        begun = true;
        if (json()) {
            out.write(style.json().get().apply(pane));
        }
    }

    @Override
    public void text(String part) throws IOException {
        beginLine();
        int end = style.joined() ? withoutBlanks(part) : part.length();
        if (end > 0) {
            writeBlankLines();
            writeBlanks();
            blankLine = false;
            out.write(json() ? Json.inString(part.substring(0, end)) : part.substring(0, end));
        }
        blanks += part.length() - end;
    }

    /// In colours a blank line may have a background, and JSON has a line for each row.
    private boolean endsWithText() {
        return !json() && !style.colors();
    }

    private void writeBlankLines() throws IOException {
        for (; blankLines > 0; blankLines--) {
            out.write(lineEnd);
        }
    }

    private static int withoutBlanks(String part) {
        int end = part.length();
        while (end > 0 && part.charAt(end - 1) == ' ') {
            end--;
        }
        return end;
    }

    private void writeBlanks() throws IOException {
        for (; blanks > 0; blanks -= Math.min(blanks, BLANKS.length())) {
            out.write(BLANKS, 0, Math.min(blanks, BLANKS.length()));
        }
    }

    private void beginLine() throws IOException {
        if (json() && !inLine) {
            out.write(afterLine ? ",\"" : "\"");
        }
        inLine = true;
    }

    @Override
    public void endOfLine() throws IOException {
        beginLine();
        if (blankLine && endsWithText()) {
            blankLines++;
        } else {
            out.write(json() ? "\"" : lineEnd);
        }
        inLine = false;
        afterLine = true;
        blankLine = true;
        blanks = 0;
    }

    /// Ends the output.
    void end() throws IOException {
        if (json()) {
            out.write("]}" + lineEnd);
        }
        reset();
        out.flush();
    }

    /// Ends incomplete output, so that the next message starts on its own line.
    void breakOff() throws IOException {
        if (begun) {
            out.write(json() || inLine ? lineEnd : "");
            reset();
        }
        out.flush();
    }

    /// Resets the colours, so that they do not affect the user's prompt.
    private void reset() throws IOException {
        if (style.colors() && !json()) {
            out.write(RESET);
        }
    }
}
