package dev.shed.gateway.tmux;

import java.time.Instant;
import java.util.List;

/// A session as tmux lists it.
///
/// @param name whatever tmux allows: any text without control characters, `:` and `.`
/// @param windows the names of its windows, in their order
/// @param front what its active pane tells
/// @param signs what its activity is taken from
/// @param clients who looks at it; not who listens to it in control mode
public record TmuxSession(
        String name,
        Instant created,
        List<String> windows,
        Front front,
        Activity.Signs signs,
        List<TmuxClient> clients) {
    /// What the active pane tells.
    ///
    /// @param command the name of the program in its foreground
    /// @param directory that program's working directory
    /// @param title what the program calls itself
    public record Front(String command, String directory, String title) {}

    public TmuxSession {
        windows = List.copyOf(windows);
        clients = List.copyOf(clients);
    }

    public boolean attached() {
        return !clients.isEmpty();
    }
}
