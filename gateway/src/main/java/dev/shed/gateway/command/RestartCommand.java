package dev.shed.gateway.command;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.shed.Sheds;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/// `restart`: stops a shed, says what that ends, and starts it. One that is stopped is started.
@Command(
        name = "restart",
        description = "stop a shed and start it; its sessions end, its workspace stays",
        customSynopsis = {"ssh -s SHED@HOST restart", "ssh shed@HOST restart SHED"},
        footer = "ssh shed@HOST restart demo")
final class RestartCommand extends ShedVerb {
    private final Sheds sheds;
    private final Survey survey;

    RestartCommand(Sheds sheds, Survey survey) {
        this.sheds = sheds;
        this.survey = survey;
    }

    /// @param endedSessions how many sessions there were; null when the shed did not tell
    record Restarted(@JsonUnwrapped ShedRow shed, @Nullable Integer endedSessions) {}

    @Override
    ExitStatus run(CommandContext context) throws IOException {
        var shed = sheds.find(name);
        var ended = ShedRow.count(survey.ask(shed));
        StopCommand.announce(context, "restarting", shed, ended);
        var running = sheds.restart(name);
        context.print(
                json
                        ? Json.line(new Restarted(ShedRow.of(running, 0), ended))
                        : "restarted " + name + " (ended " + Sentences.sessions(ended) + ")\n");
        return ExitStatus.SUCCESS;
    }
}
