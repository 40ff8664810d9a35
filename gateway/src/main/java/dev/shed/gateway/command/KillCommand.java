package dev.shed.gateway.command;

import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.shed.session.Sessions;
import dev.shed.gateway.text.Json;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `kill`: ends a session, or forgets the conversation of one that has ended. It must be named by the argument or the
/// address.
@Command(
        name = "kill",
        description = "end a session, or forget a resumable one",
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

    /// @param ended whether there was a session; otherwise only its conversation was forgotten
    record Killed(String name, String shedName, boolean ended) {}

    @Override
    ExitStatus run(CommandContext context) throws IOException, InterruptedException {
        var session = session(context, argument);
        boolean ended = end(sheds.find(name), session);
        var done = ended ? "killed " : "forgot the conversation of ";
        context.print(
                json
                        ? Json.line(new Killed(session.value(), name.value(), ended))
                        : done + name + "+" + session + "\n");
        return ExitStatus.SUCCESS;
    }

    /// Whether there was a session.
    private boolean end(Shed shed, SessionName session) throws InterruptedException {
        try {
            sessions.kill(shed, session);
            return true;
        } catch (ShedException e) {
            if (e.failure().kind() == Failure.Kind.SESSION_NOT_FOUND && sessions.forget(shed, session)) {
                return false;
            }
            throw e;
        }
    }
}
