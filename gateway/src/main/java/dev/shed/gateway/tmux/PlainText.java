package dev.shed.gateway.tmux;

/// The text of a line without control and escape sequences.
public final class PlainText {
    private PlainText() {}

    /// The text of one line. A tab becomes a blank.
    public static String of(String line) {
        return String.join("", ScreenReader.lines(line.replace('\t', ' '), false));
    }
}
