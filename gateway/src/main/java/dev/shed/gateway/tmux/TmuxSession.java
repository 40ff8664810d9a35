package dev.shed.gateway.tmux;

import dev.shed.gateway.agent.AgentPane;
import dev.shed.gateway.agent.Status;
import java.time.Instant;
import java.util.List;

/// A session as tmux lists it.
///
/// @param name whatever tmux allows: any text without control characters, `:` and `.`
/// @param windows the names of its windows, in their order
/// @param front its active pane
/// @param signs what its activity follows from
/// @param clients the clients that are attached to it, also those in control mode with a terminal (`tmux
/// -CC`), but not programs that only listen
/// @param group the group with which it shares its windows (`tmux new -t`); empty if there is none
/// @param socket the name of its server's socket (`tmux -L`); empty for the usual one, which addresses and
/// verbs use
/// @param panes what runs in its panes
public record TmuxSession(
        String name,
        Instant created,
        List<String> windows,
        Front front,
        Activity.Signs signs,
        List<TmuxClient> clients,
        String group,
        String socket,
        List<AgentPane> panes) {
    /// The active pane.
    ///
    /// @param command the name of the program in its foreground
    /// @param directory that program's working directory
    /// @param title the title that the program has set
    public record Front(String command, String directory, String title) {}

    public TmuxSession {
        windows = List.copyOf(windows);
        clients = List.copyOf(clients);
        panes = List.copyOf(panes);
    }

    public boolean attached() {
        return !clients.isEmpty();
    }

    /// What it is doing.
    public Status status(Instant now) {
        return SessionStatus.of(panes, signs, now);
    }

    /// The status for a table: `attached` or `detached`, after what an agent is doing (`working,
    /// detached`). It does not depend on the time.
    public String statusWords() {
        return status(signs.output()).besides(attached());
    }

    /// The panes that have an agent, or whose program has failed, with their status.
    public List<SessionStatus.OfPane> paneStatus() {
        return SessionStatus.reported(panes, signs);
    }
}
