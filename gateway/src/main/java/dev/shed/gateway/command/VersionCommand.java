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

/// `version`: what runs here. An engine that does not answer, or with an error, is no failure of this verb, which is
/// asked for most when something is wrong.
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

    /// @param engine null when the engine does not tell
    /// @param time the gateway's, to compare clocks with
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
