package dev.shed.gateway.tmux;

import java.util.List;

/// The screen of a pane.
///
/// @param captured lines as `capture-pane -e` prints them: text with escape sequences, which a hostile
/// program may have drawn
public record Screen(Pane pane, String captured) {
    /// The text alone. Nothing in it moves a cursor, rings a bell or changes the direction of a line.
    public List<String> text() {
        return ScreenReader.lines(captured, false);
    }

    /// The text with its colours (SGR sequences) and nothing else.
    public List<String> colored() {
        return ScreenReader.lines(captured, true);
    }

    /// Whether a person would see a difference. The screen, the cursor and the length of the history are
    /// compared.
    public boolean differsFrom(Screen other) {
        return !captured.equals(other.captured)
                || pane.cursorColumn() != other.pane.cursorColumn()
                || pane.cursorRow() != other.pane.cursorRow()
                || pane.history() != other.pane.history();
    }
}
