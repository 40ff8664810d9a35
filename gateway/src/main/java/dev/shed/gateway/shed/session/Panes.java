package dev.shed.gateway.shed.session;

import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.ContainerCommands;
import dev.shed.gateway.shed.ContainerCommands.Command;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.tmux.Pane;
import dev.shed.gateway.tmux.Screen;
import dev.shed.gateway.tmux.ScreenStream;
import dev.shed.gateway.tmux.Tmux;
import java.io.IOException;
import java.time.Duration;

/// Reads the screens of a shed's sessions and types into them, without attaching.
public final class Panes {
    /// Ten times what the longest history takes, with colours, on a machine that is busy.
    private static final Duration SHOWING = Duration.ofSeconds(60);

    private final TmuxCommands tmux;
    private final SessionInput sessionInput;

    public Panes(ContainerRuntime runtime) {
        var containerCommands = new ContainerCommands(runtime);
        this.tmux = new TmuxCommands(containerCommands);
        this.sessionInput = new SessionInput(containerCommands);
    }

    /// What the active pane of a session shows.
    public Screen look(Shed shed, SessionName session) {
        var answer = tmux.about(shed, session, Command.of(Tmux.look(session, 0, false)));
        return TmuxCommands.read(shed, answer, Tmux::parseScreen);
    }

    /// What somebody wants to see.
    ///
    /// @param history how many lines of the history
    /// @param join whether lines that the terminal has wrapped are put together again
    public record View(int history, boolean join, boolean colors) {}

    /// Shows the active pane of a session as it is told, however long that is. What fails in the middle has shown the
    /// beginning.
    ///
    /// @throws IOException when the listener cannot go on
    public void show(Shed shed, SessionName session, View view, ScreenStream.Listener listener) throws IOException {
        var stream = new ScreenStream(view.history(), view.colors(), listener);
        var out = new ShownText(shed, session, stream, ShownText.MAX_BYTES);
        var command =
                Command.of(Tmux.look(session, view.history(), view.join())).within(SHOWING);
        tmux.about(shed, session, command, out);
        out.end();
    }

    /// What the active pane of a session shows from now on.
    public PaneOutput output(Shed shed, SessionName session) {
        return output(shed, look(shed, session).pane());
    }

    /// The same for a pane that is known.
    public PaneOutput output(Shed shed, Pane pane) {
        return new PaneOutput(tmux, shed, pane);
    }

    /// Types into the active pane of a session; `SESSION_NOT_READY` when that takes none at the moment.
    ///
    public SessionInput.Typed type(Shed shed, SessionName session, SessionInput.Request request)
            throws InterruptedException {
        return sessionInput.type(shed, session, request);
    }
}
