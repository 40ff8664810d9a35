package dev.shed.gateway.event;

import dev.shed.gateway.agent.Status;
import dev.shed.gateway.tmux.Activity.Signs;
import java.time.Instant;
import java.util.Optional;

/// The state of a session at some moment.
///
/// @param id tmux's number of the session, which a server never uses twice
/// @param open whether it has not ended
/// @param signs its bells, output and title; empty until they are known
/// @param status what it is doing; empty until that is known
/// @param bell when its bell rang last; [Instant#MIN] if no bell was noticed
public record SessionView(int id, boolean open, Optional<Signs> signs, Optional<Status> status, Instant bell) {
    static SessionView closed(int id) {
        return new SessionView(id, false, Optional.empty(), Optional.empty(), Instant.MIN);
    }
}
