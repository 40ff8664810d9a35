package dev.shed.gateway.command;

import dev.shed.gateway.container.ContainerDetails.Ending;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.shed.Repository;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.text.Json;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A shed as shown by `list`, `create`, `start`, `stop` and `restart`; the components are the fields of its
/// JSON.
///
/// @param status `running`, `paused`, `restarting`, `stopped`, `broken` or `creating`
/// @param createdAt ISO 8601, UTC
/// @param repo the label `shed.repo`, if there is one
/// @param sessionCount the number of sessions; null if unknown
/// @param stoppedOnPurpose whether the verb `stop` stopped it; null if it is not stopped
/// @param reason why it stopped by itself, if known
record ShedRow(
        String name,
        String status,
        String createdAt,
        String image,
        @Nullable String repo,
        @Nullable Integer sessionCount,
        @Nullable Boolean stoppedOnPurpose,
        @Nullable String reason) {
    private static final String REPO_LABEL = "shed.repo";

    static final String STOPPED = "stopped";

    static ShedRow of(Shed shed, @Nullable Integer sessionCount) {
        return of(shed, sessionCount, Optional.empty());
    }

    static ShedRow of(Shed shed, @Nullable Integer sessionCount, Optional<Ending> ending) {
        var container = shed.container();
        var status = shed.unfinished() ? "creating" : SessionQuery.word(container.state());
        return new ShedRow(
                shed.name().value(),
                status,
                Json.time(container.created()),
                container.image(),
                repo(container.labels()),
                sessionCount,
                status.equals(STOPPED) ? shed.stoppedOnPurpose() : null,
                ending.map(Ending::words).orElse(null));
    }

    /// Credentials are removed, because another program or an earlier version of the gateway may have stored
    /// a URL with a password.
    private static @Nullable String repo(Map<String, String> labels) {
        var label = labels.get(REPO_LABEL);
        return label == null ? null : Repository.shown(label);
    }

    /// The status as text. It shows whether the shed was stopped on purpose, because that decides whether any
    /// login starts it.
    String statusWords() {
        if (!status.equals(STOPPED) || Boolean.TRUE.equals(stoppedOnPurpose)) {
            return status;
        }
        if (reason == null) {
            return "stopped by itself";
        }
        return reason.equals(Ending.FROM_OUTSIDE) ? reason : "stopped by itself (" + reason + ")";
    }

    /// The number of sessions in an answer; null if the shed did not answer.
    static @Nullable Integer count(SessionQuery.Answer answer) {
        return switch (answer) {
            case SessionQuery.Answer.Listed listed -> listed.sessions().size();
            case SessionQuery.Answer.Failed _ -> null;
        };
    }
}
