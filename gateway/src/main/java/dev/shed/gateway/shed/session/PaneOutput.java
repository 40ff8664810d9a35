package dev.shed.gateway.shed.session;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.tmux.Pane;
import dev.shed.gateway.tmux.Screen;
import dev.shed.gateway.tmux.Tmux;

/// The output of a pane from some moment on: its screen, and the lines that have scrolled off since.
public final class PaneOutput {
    /// More lines of fast output than this between two looks are not all seen.
    private static final int MAX_LINES = 1000;

    private final TmuxCommands tmux;
    private final Shed shed;
    private final String start;
    private Pane pane;
    private int scrolled;

    /// The moment is now.
    PaneOutput(TmuxCommands tmux, Shed shed, Pane pane) {
        this.tmux = tmux;
        this.shed = shed;
        this.pane = pane;
        var screen = screen(0);
        this.pane = screen.pane();
        this.start = screen.captured();
    }

    /// What was shown at that moment.
    public String start() {
        return start;
    }

    /// A look at it.
    ///
    /// @param text wrapped lines are one line here; whatever an alternate screen hides is there as well
    /// @param complete whether no line is missing that has scrolled off since that moment
    /// @param resized whether the window had another size before: lines have come back then, or are gone
    public record Shown(String text, boolean complete, boolean resized) {}

    /// What is shown now; `SHED_NOT_READY` when the pane is gone.
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

    /// A history that is full loses a tenth of its lines at once; one that has lost more was cleared.
    private int scrolledSince(Pane now) {
        int grown = now.history() - pane.history();
        if (grown >= 0) {
            return scrolled + grown;
        }
        return now.history() < pane.history() / 2 ? now.history() : scrolled;
    }
}
