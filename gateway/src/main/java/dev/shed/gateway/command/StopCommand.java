package dev.shed.gateway.command;

import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.shed.lifecycle.Sheds;
import java.io.IOException;
import picocli.CommandLine.Command;

/// `stop`: stops a shed and reports the sessions that end.
@Command(
        name = "stop",
        description = "stop a shed; ends its sessions and keeps its workspace",
        customSynopsis = {"ssh -s SHED@HOST stop", "ssh shed@HOST stop SHED"},
        footer = "ssh shed@HOST stop demo")
final class StopCommand extends EndingVerb {
    private final Sheds sheds;

    StopCommand(Sheds sheds, SessionQuery sessionQuery) {
        super(sheds, sessionQuery);
        this.sheds = sheds;
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException {
        return run(context, "stopping", "stopped", shed -> {
            sheds.stop(shed);
            return sheds.find(shed);
        });
    }
}
