package dev.shed.gateway.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.util.Optional;

/// What Claude Code writes about itself into `$CLAUDE_CONFIG_DIR/sessions/PID.json`.
///
/// @param status `idle`, `busy`, `waiting` or `shell`
/// @param waitingFor what it waits for, such as `permission prompt`
/// @param updated when the status changed last
/// @param changed whether it has changed since Claude Code began
/// @param conversation its name of the conversation
public record ClaudeRecord(
        String status,
        Optional<String> waitingFor,
        Optional<Instant> updated,
        boolean changed,
        Optional<String> conversation) {
    private static final JsonMapper MAPPER = new JsonMapper();

    /// Its first status comes somewhat after its start, and nobody has a turn that soon.
    private static final long STARTING = 5_000;

    /// Reads a record; empty when it is none, or that of an earlier process with the same number.
    ///
    /// @param start when the process began, as field 22 of /proc/PID/stat tells it
    static Optional<ClaudeRecord> parse(String json, String start) {
        try {
            var node = MAPPER.readTree(json);
            return node.isObject() && node.path("procStart").asText().equals(start) && !start.isEmpty()
                    ? Optional.of(read(node))
                    : Optional.empty();
        } catch (JsonProcessingException _) {
            return Optional.empty();
        }
    }

    private static ClaudeRecord read(JsonNode node) {
        boolean changed =
                node.path("statusUpdatedAt").asLong() - node.path("startedAt").asLong() > STARTING;
        return new ClaudeRecord(
                node.path("status").asText(),
                RecordFields.text(node, "waitingFor"),
                RecordFields.time(node, "statusUpdatedAt"),
                changed,
                RecordFields.conversation(node, "sessionId"));
    }
}
