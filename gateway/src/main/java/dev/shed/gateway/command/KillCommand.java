package dev.shed.gateway.command;

import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.shed.session.Sessions;
import dev.shed.gateway.text.Json;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `kill`: ends a session. The session must be named by the argument or the address.
@Command(
        name = "kill",
        description = "end a session",
        customSynopsis = {
            "ssh -s SHED@HOST \"kill SESSION\"",
            "ssh -s SHED+SESSION@HOST kill",
            "ssh shed@HOST kill SHED SESSION"
        },
        footer = "ssh -s demo+debug@HOST kill")
final class KillCommand extends SessionVerb {
    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SESSION",
            description = "the session; omitted if the address names it")
    Optional<SessionName> argument;

    private final Sheds sheds;
    private final Sessions sessions;

    KillCommand(Sheds sheds, Sessions sessions) {
        this.sheds = sheds;
        this.sessions = sessions;
    }

    record Killed(String name, String shedName) {}

    @Override
    ExitStatus run(CommandContext context) throws IOException {
        var session = session(context.address(), argument);
        sessions.kill(sheds.find(name), session);
        context.print(
                json ? Json.line(new Killed(session.value(), name.value())) : "killed " + name + "+" + session + "\n");
        return ExitStatus.SUCCESS;
    }
}
