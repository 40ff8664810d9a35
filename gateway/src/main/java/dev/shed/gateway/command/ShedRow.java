package dev.shed.gateway.command;

import dev.shed.gateway.shed.Shed;
import org.jspecify.annotations.Nullable;

/// A shed as `list`, `create`, `start` and `stop` show it; the components are the fields of its JSON.
///
/// @param status `running`, `paused`, `restarting`, `stopped`, `broken` or `creating`
/// @param createdAt ISO 8601, UTC
/// @param repo the label `shed.repo`, if there is one
/// @param sessionCount the number of sessions; null when it is not known
record ShedRow(
        String name,
        String status,
        String createdAt,
        String image,
        @Nullable String repo,
        @Nullable Integer sessionCount) {
    private static final String REPO_LABEL = "shed.repo";

    static ShedRow of(Shed shed, @Nullable Integer sessionCount) {
        var container = shed.container();
        return new ShedRow(
                shed.name().value(),
                shed.unfinished() ? "creating" : Survey.word(container.state()),
                Json.time(container.created()),
                container.image(),
                container.labels().get(REPO_LABEL),
                sessionCount);
    }

    static ShedRow of(Survey.Answer answer) {
        return of(answer.shed(), count(answer));
    }

    /// How many sessions the answer tells of; null when it tells nothing.
    static @Nullable Integer count(Survey.Answer answer) {
        return switch (answer) {
            case Survey.Answer.Listed listed -> listed.sessions().size();
            case Survey.Answer.Failed _ -> null;
        };
    }
}
