package dev.shed.gateway.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;

/// The fields of records that processes in a shed write. Their values may be anything.
final class RecordFields {
    /// Far beyond any time that a clock shows, and well within what can be written as a date.
    private static final long LAST_MILLISECOND = 100_000_000_000_000L;

    private RecordFields() {}

    static Optional<String> text(JsonNode node, String name) {
        return Optional.of(node.path(name).asText()).filter(text -> !text.isEmpty());
    }

    /// Milliseconds since 1970.
    static Optional<Instant> time(JsonNode node, String name) {
        return Optional.of(node.path(name).asLong())
                .filter(time -> time > 0 && time < LAST_MILLISECOND)
                .map(Instant::ofEpochMilli);
    }

    /// What an agent calls a conversation, if it can be a word of a command line.
    static Optional<String> conversation(JsonNode node, String name) {
        return text(node, name).filter(id -> id.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,99}"));
    }
}
