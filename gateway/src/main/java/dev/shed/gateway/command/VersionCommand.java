package dev.shed.gateway.command;

import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.text.Json;
import dev.shed.gateway.text.TextTable;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/// `version`: the versions of the software. A failing engine does not make this verb fail, because it is used
/// most when there is a problem.
@Command(
        name = "version",
        description = "show the versions of gateway, Java and engine",
        customSynopsis = {"ssh shed@HOST version", "ssh -s SHED@HOST version"},
        footer = "ssh shed@HOST version")
final class VersionCommand extends Verb {
    private final Versions versions;
    private final Clock clock;

    VersionCommand(Versions versions, Clock clock) {
        this.versions = versions;
        this.clock = clock;
    }

    /// @param engine null if the engine does not answer
    /// @param time the gateway's current time, for comparing clocks
    record Answer(String gateway, String java, @Nullable String engine, String time) {}

    @Override
    Optional<ShedName> shed() {
        return Optional.empty();
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException {
        var answer = new Answer(
                versions.gateway(),
                Runtime.version().toString(),
                engine(),
                clock.instant().toString());
        context.print(json ? Json.line(answer) : table(answer));
        return ExitStatus.SUCCESS;
    }

    private @Nullable String engine() {
        try {
            return versions.engine().get();
        } catch (ShedException _) {
            return null;
        }
    }

    private static String table(Answer answer) {
        var table = new TextTable("gateway", answer.gateway());
        table.row("java", answer.java());
        table.row("engine", answer.engine() == null ? "does not answer" : answer.engine());
        return table.toString();
    }
}
