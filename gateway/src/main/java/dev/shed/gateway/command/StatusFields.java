package dev.shed.gateway.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.shed.gateway.agent.Agent;
import dev.shed.gateway.agent.Status;
import dev.shed.gateway.text.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A status as JSON shows it. What is not known is left out.
///
/// @param since when it began
/// @param source what tells it
@JsonInclude(JsonInclude.Include.NON_NULL)
record StatusFields(
        String status,
        @Nullable String message,
        @Nullable String since,
        @Nullable String agent,
        String source) {
    static StatusFields of(Status status) {
        return new StatusFields(
                status.state().word(),
                status.message().orElse(null),
                status.since().map(StatusFields::time).orElse(null),
                status.agent().map(Agent::word).orElse(null),
                status.source().word());
    }

    private static String time(Instant since) {
        return Json.time(since);
    }

    /// For people: `needs-approval: permission prompt (record of claude-code)`.
    String text() {
        return status
                + (message == null ? "" : ": " + message)
                + (agent == null ? "" : " (" + source + " of " + agent + ")");
    }
}
