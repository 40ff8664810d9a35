package dev.shed.gateway.command;

import dev.shed.gateway.agent.Conversation;
import dev.shed.gateway.name.ShedName;

/// The conversation of an agent in a session that has ended, as JSON shows it.
record ConversationRow(String name, String shedName, String agent, String directory, String conversation) {
    static ConversationRow of(ShedName shed, Conversation conversation) {
        return new ConversationRow(
                conversation.session().value(),
                shed.value(),
                conversation.agent().word(),
                conversation.directory(),
                conversation.id());
    }
}
