package dev.shed.gateway.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.shed.gateway.agent.Conversation;
import dev.shed.gateway.name.ShedName;
import org.jspecify.annotations.Nullable;

/// The conversation of an agent in a session that has ended, as JSON shows it.
///
/// @param conversation the agent's id of it; null if the agent was started with a new one, whose id is not known
record ConversationRow(
        String name,
        String shedName,
        String agent,
        String directory,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String conversation) {
    static ConversationRow of(ShedName shed, Conversation conversation) {
        return new ConversationRow(
                conversation.session().value(),
                shed.value(),
                conversation.agent().word(),
                conversation.directory(),
                conversation.id());
    }

    ConversationRow ofNew() {
        return new ConversationRow(name, shedName, agent, directory, null);
    }
}
