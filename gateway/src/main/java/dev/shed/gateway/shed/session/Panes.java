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
    /// Ten times what printing the longest history with colours takes on a busy machine.
    private static final Duration SHOWING = Duration.ofSeconds(60);

    private final TmuxCommands tmux;
    private final SessionInput sessionInput;
    private final AgentInput agentInput;

    public Panes(ContainerRuntime runtime) {
        var containerCommands = new ContainerCommands(runtime);
        this.tmux = new TmuxCommands(containerCommands);
        // What is typed and what is answered in the same pane takes turns.
        var keyedLock = new KeyedLock();
        this.sessionInput = new SessionInput(containerCommands, keyedLock);
        this.agentInput = new AgentInput(containerCommands, keyedLock);
    }

    /// Reads the screen of a session's active pane.
    public Screen look(Shed shed, SessionName session) {
        var answer = tmux.about(shed, session, Command.of(Tmux.look(session, 0, false)));
        return TmuxCommands.read(shed, answer, Tmux::parseScreen);
    }

    /// What to show of a pane.
    ///
    /// @param history how many lines of the history
    /// @param join whether lines that the terminal has wrapped are joined
    public record View(int history, boolean join, boolean colors) {
        /// How long showing it may take.
        Duration limit() {
            return history > 0 ? SHOWING : ContainerCommands.LIMIT;
        }
    }

    /// Streams the text of a session's active pane to `listener`, however long it is. A failure in the
    /// middle leaves a partial output.
    ///
    /// @throws IOException if the listener fails
    public void show(Shed shed, SessionName session, View view, ScreenStream.Listener listener) throws IOException {
        var stream = new ScreenStream(view.history(), view.colors(), listener);
        var out = new ShownText(shed, session, stream, ShownText.MAX_BYTES);
        var command =
                Command.of(Tmux.look(session, view.history(), view.join())).within(view.limit());
        tmux.about(shed, session, command, out);
        out.end();
    }

    /// The output of a session's active pane from now on.
    public PaneOutput output(Shed shed, SessionName session) {
        return output(shed, look(shed, session).pane());
    }

    /// The output of a given pane from now on.
    public PaneOutput output(Shed shed, Pane pane) {
        return new PaneOutput(tmux, shed, pane);
    }

    /// Answers the questions of agents.
    public AgentInput agents() {
        return agentInput;
    }

    /// Types into the active pane of a session; fails with `SESSION_NOT_READY` if the pane cannot take input
    /// now.
    public SessionInput.Typed type(Shed shed, SessionName session, SessionInput.Request request)
            throws InterruptedException {
        return sessionInput.type(shed, session, request);
    }
}
