package dev.shed.gateway.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.shed.gateway.agent.Agent;
import dev.shed.gateway.agent.Status;
import dev.shed.gateway.text.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A status as shown in JSON. Unknown fields are omitted.
///
/// @param since when it began
/// @param source how it was determined
/// @param confidence how reliable that is: `high`, `medium` or `low`
@JsonInclude(JsonInclude.Include.NON_NULL)
record StatusFields(
        String status,
        @Nullable String message,
        @Nullable String since,
        @Nullable String agent,
        String source,
        String confidence,
        @Nullable String conversation) {
    static StatusFields of(Status status) {
        return new StatusFields(
                status.state().word(),
                status.message().orElse(null),
                status.since().map(StatusFields::time).orElse(null),
                status.agent().map(Agent::word).orElse(null),
                status.source().word(),
                status.source().confidence(),
                status.conversation().orElse(null));
    }

    private static String time(Instant since) {
        return Json.time(since);
    }

    /// As text, such as `needs-approval: permission prompt (record of claude-code)`.
    String text() {
        return status
                + (message == null ? "" : ": " + message)
                + (agent == null ? "" : " (" + source + " of " + agent + ")");
    }
}
