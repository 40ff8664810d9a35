package dev.shed.gateway.command;

import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.shed.session.Sessions;
import dev.shed.gateway.text.Json;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `rename`: gives a session another name. Attached clients stay attached.
@Command(
        name = "rename",
        description = "rename a session",
        customSynopsis = {
            "ssh -s SHED@HOST \"rename SESSION NEW\"",
            "ssh -s SHED+SESSION@HOST \"rename NEW\"",
            "ssh shed@HOST rename SHED SESSION NEW"
        },
        footer = "ssh -s demo+debug@HOST \"rename fix-login\"")
final class RenameCommand extends SessionVerb {
    @Parameters(
            index = "1..2",
            arity = "1..2",
            paramLabel = "[SESSION] NEW",
            hideParamSyntax = true,
            description = "the session (omitted if the address names it) and its new name")
    List<String> names;

    private final Sheds sheds;
    private final Sessions sessions;

    RenameCommand(Sheds sheds, Sessions sessions) {
        this.sheds = sheds;
        this.sessions = sessions;
    }

    record Renamed(String name, String shedName, String formerName) {}

    @Override
    ExitStatus run(CommandContext context) throws IOException {
        // Declared as strings for picocli: if one of several words could not be converted, it would report a
        // superfluous word.
        var words = names.stream().map(SessionName::parse).toList();
        var argument = words.size() == 1 ? Optional.<SessionName>empty() : Optional.of(words.getFirst());
        if (argument.isEmpty() && addressed(context.address()).isEmpty()) {
            throw missing(context, "SESSION or NEW");
        }
        var session = session(context, argument);
        var renamed = words.getLast();
        sessions.rename(sheds.find(name), session, renamed);
        context.print(
                json
                        ? Json.line(new Renamed(renamed.value(), name.value(), session.value()))
                        : "renamed " + name + "+" + session + " to " + renamed + "\n");
        return ExitStatus.SUCCESS;
    }
}
