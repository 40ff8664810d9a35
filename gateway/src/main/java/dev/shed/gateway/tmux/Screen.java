package dev.shed.gateway.tmux;

import java.util.List;

/// What a pane shows.
///
/// @param captured lines as `capture-pane -e` writes them: text with escape sequences, as hostile as the program that
/// drew it
public record Screen(Pane pane, String captured) {
    /// The text alone: nothing in it moves a cursor, rings a bell or turns a line around.
    public List<String> text() {
        return ScreenReader.lines(captured, false);
    }

    /// The text with its colours (SGR sequences) and nothing else.
    public List<String> colored() {
        return ScreenReader.lines(captured, true);
    }

    /// Whether somebody who looks would see a difference.
    public boolean differsFrom(Screen other) {
        return !captured.equals(other.captured)
                || pane.cursorColumn() != other.pane.cursorColumn()
                || pane.cursorRow() != other.pane.cursorRow()
                || pane.history() != other.pane.history();
    }
}
