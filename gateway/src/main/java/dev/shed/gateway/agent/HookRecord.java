package dev.shed.gateway.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.shed.gateway.agent.Status.Source;
import dev.shed.gateway.agent.Status.State;
import java.time.Instant;
import java.util.Optional;

/// What a hook or plugin of an agent, or `shed-notify`, has written about a process into
/// `$XDG_STATE_HOME/shed/agents/PID.json`; or, in the same form, the relay of a pane what its program tells.
///
/// @param message what it asks, or why it failed
/// @param since when the state began
public record HookRecord(
        State state, Optional<String> message, Optional<Instant> since, Optional<String> conversation) {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int VERSION = 1;

    /// Reads a record; empty when it is none, or that of an earlier process with the same number.
    ///
    /// @param start when the process began, as field 22 of /proc/PID/stat tells it
    static Optional<HookRecord> parse(String json, String start) {
        try {
            var node = MAPPER.readTree(json);
            boolean about = node.path("version").asInt() == VERSION
                    && node.path("procStart").asText().equals(start)
                    && !start.isEmpty();
            return about ? state(node).map(state -> read(state, node)) : Optional.empty();
        } catch (JsonProcessingException _) {
            return Optional.empty();
        }
    }

    /// That of two about processes in one pane that is news.
    HookRecord latest(HookRecord other) {
        return isAfter(other) ? this : other;
    }

    boolean isAfter(HookRecord other) {
        return since.orElse(Instant.EPOCH).isAfter(other.since.orElse(Instant.EPOCH));
    }

    /// As a status.
    Status status(Optional<Agent> agent, Source source) {
        return new Status(state, message, since, agent, source);
    }

    private static HookRecord read(State state, JsonNode node) {
        return new HookRecord(
                state,
                RecordFields.text(node, "message"),
                RecordFields.time(node, "since"),
                RecordFields.conversation(node, "conversation"));
    }

    private static Optional<State> state(JsonNode node) {
        return switch (node.path("state").asText()) {
            case "working" -> Optional.of(State.WORKING);
            case "idle" -> Optional.of(State.IDLE);
            case "done" -> Optional.of(State.DONE);
            case "error" -> Optional.of(State.FAILED);
            case "blocked" ->
                Optional.of(node.path("kind").asText().equals("permission") ? State.NEEDS_APPROVAL : State.NEEDS_INPUT);
            default -> Optional.empty();
        };
    }
}
