package dev.shed.gateway.command;

import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.shed.lifecycle.Sheds;
import java.io.IOException;
import picocli.CommandLine.Command;

/// `restart`: stops a shed, reports the sessions that end, and starts it. A stopped shed is started.
@Command(
        name = "restart",
        description = "stop and start a shed; ends its sessions and keeps its workspace",
        customSynopsis = {"ssh -s SHED@HOST restart", "ssh shed@HOST restart SHED"},
        footer = "ssh shed@HOST restart demo")
final class RestartCommand extends EndingVerb {
    private final Sheds sheds;

    RestartCommand(Sheds sheds, SessionQuery sessionQuery) {
        super(sheds, sessionQuery);
        this.sheds = sheds;
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException {
        return run(context, "restarting", "restarted", sheds::restart);
    }
}
