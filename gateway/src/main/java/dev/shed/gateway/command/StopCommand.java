package dev.shed.gateway.command;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.shed.Shed;
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
        announce(context, "stopping", shed, ended);
        sheds.stop(name);
        context.print(
                json
                        ? Json.line(new Stopped(ShedRow.of(sheds.find(name), 0), ended))
                        : "stopped " + name + " (ended " + Sentences.sessions(ended) + ")\n");
        return ExitStatus.SUCCESS;
    }

    /// Says what is about to end, while somebody may still want it. Programs read it in the answer.
    static void announce(CommandContext context, String doing, Shed shed, @Nullable Integer sessions)
            throws IOException {
        boolean nothingEnds = sessions != null && sessions == 0;
        var line = doing + " " + shed.name() + " ends " + Sentences.sessions(sessions);
        if (shed.running() && nothingEnds) {
            context.progress(line);
        } else if (shed.running()) {
            context.notice(line + "\n");
        }
    }
}
