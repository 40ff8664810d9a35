package dev.shed.gateway.shed;

import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.Errands.Errand;
import dev.shed.gateway.tmux.Pane;
import dev.shed.gateway.tmux.Screen;
import dev.shed.gateway.tmux.Tmux;

/// What the sessions of a shed show, and typing into them, without attaching.
public final class Panes {
    private final TmuxErrands tmux;
    private final Typing typing;

    public Panes(ContainerRuntime runtime) {
        var errands = new Errands(runtime);
        this.tmux = new TmuxErrands(errands);
        this.typing = new Typing(errands);
    }

    /// What the active pane of a session shows, with so many lines of its history.
    ///
    /// @param join whether lines that the terminal has wrapped are put together again
    public Screen look(Shed shed, SessionName session, int history, boolean join) {
        var answer = tmux.about(shed, session, Errand.of(Tmux.look(session, history, join)));
        return TmuxErrands.read(shed, answer, Tmux::parseScreen);
    }

    /// What the active pane of a session shows from now on.
    public PaneOutput output(Shed shed, SessionName session) {
        return output(shed, look(shed, session, 0, false).pane());
    }

    /// The same for a pane that is known.
    public PaneOutput output(Shed shed, Pane pane) {
        return new PaneOutput(tmux, shed, pane);
    }

    /// Types into the active pane of a session; `SESSION_NOT_READY` when that takes none at the moment.
    ///
    public Typing.Typed type(Shed shed, SessionName session, Typing.Request request) throws InterruptedException {
        return typing.type(shed, session, request);
    }
}
