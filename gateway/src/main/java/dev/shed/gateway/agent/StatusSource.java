package dev.shed.gateway.agent;

import java.util.Optional;

/// Something that tells what the agent in a pane is doing.
interface StatusSource {
    /// Empty when it tells nothing.
    Optional<Status> status(Agent agent, AgentPane pane);
}
