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
public record ClaudeRecord(String status, Optional<String> waitingFor, Optional<Instant> updated, boolean changed) {
    private static final JsonMapper MAPPER = new JsonMapper();

    /// Far beyond any time that a clock shows, and well within what can be written as a date.
    private static final long LAST_MILLISECOND = 100_000_000_000_000L;

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
        var waitingFor = Optional.of(node.path("waitingFor").asText()).filter(text -> !text.isEmpty());
        var updated = Optional.of(node.path("statusUpdatedAt").asLong())
                .filter(time -> time > 0 && time < LAST_MILLISECOND)
                .map(Instant::ofEpochMilli);
        boolean changed =
                node.path("statusUpdatedAt").asLong() > node.path("startedAt").asLong();
        return new ClaudeRecord(node.path("status").asText(), waitingFor, updated, changed);
    }
}
