package dev.shed.gateway.command;

import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.text.Json;
import java.io.IOException;
import picocli.CommandLine.Command;

/// `start`: starts a stopped shed.
@Command(
        name = "start",
        description = "start a stopped shed",
        customSynopsis = {"ssh -s SHED@HOST start", "ssh shed@HOST start SHED"},
        footer = "ssh shed@HOST start demo")
final class StartCommand extends ShedVerb {
    private final Sheds sheds;

    StartCommand(Sheds sheds) {
        this.sheds = sheds;
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException {
        context.progress("starting " + name);
        var shed = sheds.start(name);
        // A shed that was just started has no sessions.
        context.print(json ? Json.line(ShedRow.of(shed, 0)) : "started " + name + "\n");
        return ExitStatus.SUCCESS;
    }
}
