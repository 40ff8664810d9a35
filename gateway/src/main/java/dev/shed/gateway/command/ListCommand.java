package dev.shed.gateway.command;

import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.text.Json;
import dev.shed.gateway.text.RelativeTime;
import dev.shed.gateway.text.TextTable;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Command;

/// `list`: the sheds that the caller may see. A shed whose sessions are unknown is listed, too. Its status
/// usually gives the reason; `sessions` reports the failure.
@Command(
        name = "list",
        description = "list sheds with status, age, repository and number of sessions",
        customSynopsis = "ssh shed@HOST list",
        footer = "ssh shed@HOST list --json")
final class ListCommand extends Verb {
    private final Sheds sheds;
    private final SessionQuery sessionQuery;
    private final AccessPolicy policy;
    private final Clock clock;

    ListCommand(Sheds sheds, SessionQuery sessionQuery, AccessPolicy policy, Clock clock) {
        this.sheds = sheds;
        this.sessionQuery = sessionQuery;
        this.policy = policy;
        this.clock = clock;
    }

    /// @param time the gateway's current time, for computing ages
    record Listing(List<ShedRow> sheds, String time) {}

    @Override
    Optional<ShedName> shed() {
        return Optional.empty();
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException {
        var visible = sheds.list().stream()
                .filter(shed -> policy.maySee(
                        context.identity(), shed.name(), shed.container().ownerKeys()))
                .toList();
        var rows = SessionQuery.each(sessionQuery.ask(visible), this::row);
        var now = clock.instant();
        context.print(
                json
                        ? Json.line(new Listing(rows, Json.time(now)))
                        : table(rows, now).text(context.columns()));
        return ExitStatus.SUCCESS;
    }

    private ShedRow row(SessionQuery.Answer answer) {
        var shed = answer.shed();
        return ShedRow.of(shed, ShedRow.count(answer), sheds.ending(shed));
    }

    private static TextTable table(List<ShedRow> rows, Instant now) {
        var table =
                new TextTable("SHED", "STATUS", "CREATED", "REPO", "SESSIONS").dropping("REPO", "CREATED", "SESSIONS");
        for (var row : rows) {
            table.row(
                    row.name(),
                    row.statusWords(),
                    RelativeTime.of(Instant.parse(row.createdAt()), now),
                    Objects.requireNonNullElse(row.repo(), "-"),
                    Objects.toString(row.sessionCount(), "-"));
        }
        return table;
    }
}
