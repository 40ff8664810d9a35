package dev.shed.gateway.agent;

import java.util.Optional;

/// The questions that a hook or plugin of the agent has written down. They are there as long as it waits for
/// the answer. The one that was asked first is told.
final class QuestionSource implements StatusSource {
    @Override
    public Optional<Status> status(Agent agent, AgentPane pane) {
        return pane.foreground().questions().stream().findFirst().map(QuestionFile::status);
    }
}
