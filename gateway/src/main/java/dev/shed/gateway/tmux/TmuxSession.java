package dev.shed.gateway.tmux;

import dev.shed.gateway.agent.AgentPane;
import dev.shed.gateway.agent.Status;
import java.time.Instant;
import java.util.List;

/// A session as tmux lists it.
///
/// @param name whatever tmux allows: any text without control characters, `:` and `.`
/// @param windows the names of its windows, in their order
/// @param front what its active pane tells
/// @param signs what its activity is taken from
/// @param clients who is attached to it, at a terminal in control mode (`tmux -CC`) as well, and no program that
/// only listens
/// @param group the group that it shares its windows with (`tmux new -t`); empty for none
/// @param socket the name of the socket that its server listens on (`tmux -L`); empty for the usual one, which
/// addresses and verbs mean
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
    /// What the active pane tells.
    ///
    /// @param command the name of the program in its foreground
    /// @param directory that program's working directory
    /// @param title what the program calls itself
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

    /// For a table: `detached`, and what an agent is doing, as `working, detached`. The time makes no difference to it.
    public String statusWords() {
        return status(signs.output()).besides(attached());
    }

    /// What is known of those panes that have an agent, or whose program has failed.
    public List<SessionStatus.OfPane> paneStatus() {
        return SessionStatus.reported(panes, signs);
    }
}
