package dev.shed.gateway.tmux;

/// The text of a line, without all that makes a terminal do something instead of showing it.
public final class PlainText {
    private PlainText() {}

    /// One line; a tab becomes a blank.
    public static String of(String line) {
        return String.join("", ScreenReader.lines(line.replace('\t', ' '), false));
    }
}
