package dev.shed.gateway.command;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.shed.Sheds;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/// `stop`: stops a shed and says what that ends.
@Command(
        name = "stop",
        description = "stop a shed; its sessions end, its workspace stays",
        customSynopsis = {"ssh -s SHED@HOST stop", "ssh shed@HOST stop SHED"},
        footer = "ssh shed@HOST stop demo")
final class StopCommand extends ShedVerb {
    private final Sheds sheds;
    private final Survey survey;

    StopCommand(Sheds sheds, Survey survey) {
        this.sheds = sheds;
        this.survey = survey;
    }

    /// @param endedSessions how many sessions there were; null when the shed did not tell
    record Stopped(@JsonUnwrapped ShedRow shed, @Nullable Integer endedSessions) {}

    @Override
    ExitStatus run(CommandContext context) throws IOException {
        var shed = sheds.find(name);
        var ended = ShedRow.count(survey.ask(shed));
        var sessions = Sentences.sessions(ended);
        if (shed.running()) {
            context.progress("stopping " + name + " ends " + sessions);
        }
        sheds.stop(name);
        context.print(
                json
                        ? Json.line(new Stopped(ShedRow.of(sheds.find(name), 0), ended))
                        : "stopped " + name + " (ended " + sessions + ")\n");
        return ExitStatus.SUCCESS;
    }
}
