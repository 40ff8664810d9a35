package dev.shed.gateway.tmux;

import java.time.Instant;

/// A session as tmux lists it.
///
/// @param name whatever tmux allows: any text without control characters, `:` and `.`
/// @param attachedClients how many clients look at it
public record TmuxSession(String name, Instant created, int attachedClients, int windows) {
    public boolean attached() {
        return attachedClients > 0;
    }
}
