package dev.shed.gateway.event;

import dev.shed.gateway.agent.Status;
import dev.shed.gateway.tmux.Activity.Signs;
import java.time.Instant;
import java.util.Optional;

/// What is known of a session at some moment.
///
/// @param id tmux's number for it, which a server never gives twice
/// @param open whether it has not ended
/// @param signs what it shows of itself; empty until that is known
/// @param status what it is doing; empty until that is known
/// @param bell when its bell rang last, as far as that was heard; else long ago
public record SessionView(int id, boolean open, Optional<Signs> signs, Optional<Status> status, Instant bell) {
    static SessionView closed(int id) {
        return new SessionView(id, false, Optional.empty(), Optional.empty(), Instant.MIN);
    }
}
