package dev.shed.gateway.shed.session;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.tmux.Pane;
import dev.shed.gateway.tmux.Screen;
import dev.shed.gateway.tmux.Tmux;

/// The output of a pane since a certain moment: its screen, and the lines that have scrolled off since.
public final class PaneOutput {
    /// Limit on lines read from the history. Of faster output between two readings, some lines are missed.
    private static final int MAX_LINES = 1000;

    private final TmuxCommands tmux;
    private final Shed shed;
    private final String start;
    private Pane pane;
    private int scrolled;

    /// Begins now.
    PaneOutput(TmuxCommands tmux, Shed shed, Pane pane) {
        this.tmux = tmux;
        this.shed = shed;
        this.pane = pane;
        var screen = screen(0);
        this.pane = screen.pane();
        this.start = screen.captured();
    }

    /// The text of the screen at the beginning.
    public String start() {
        return start;
    }

    /// The text of a pane.
    ///
    /// @param text wrapped lines are joined; the primary screen is included while an alternate screen hides
    /// it
    /// @param complete whether no line is missing that has scrolled off since the beginning
    /// @param resized whether the window's size has changed since, which moves lines into the history and
    /// back
    public record Shown(String text, boolean complete, boolean resized) {}

    /// Reads the pane; fails with `SHED_NOT_READY` if it has ended.
    public Shown read() {
        int asked = scrolled;
        var screen = screen(asked);
        var now = screen.pane();
        boolean resized = now.columns() != pane.columns() || now.rows() != pane.rows();
        scrolled = resized ? 0 : Math.min(MAX_LINES, scrolledSince(now));
        pane = now;
        return new Shown(screen.captured(), asked == scrolled, resized);
    }

    private Screen screen(int history) {
        var answer = tmux.ask(shed, Tmux.text(pane, history));
        if (answer.ok()) {
            return TmuxCommands.read(shed, answer, Tmux::parseScreen);
        }
        throw Tmux.saysNotFound(answer.err())
                ? new ShedException(Failure.shedNotReady(shed.name().value(), "the pane " + pane.id() + " has ended"))
                : TmuxCommands.unexpected(shed, answer);
    }

    /// How many lines have scrolled off. tmux drops a tenth of a full history at once; if more lines are
    /// missing, the history was cleared.
    private int scrolledSince(Pane now) {
        int grown = now.history() - pane.history();
        if (grown >= 0) {
            return scrolled + grown;
        }
        return now.history() < pane.history() / 2 ? now.history() : scrolled;
    }
}
