package dev.shed.gateway.command;

import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.Action;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;

/// `whoami`: who the gateway takes the caller for, and what the key allows. The engine is not asked, so it
/// answers when nothing else does.
@Command(
        name = "whoami",
        description = "who the gateway takes you for, and what you may do",
        customSynopsis = {"ssh shed@HOST whoami", "ssh -s SHED@HOST whoami"},
        footer = "ssh shed@HOST whoami")
final class WhoamiCommand extends Verb {
    private static final List<String> ALL_SHEDS = List.of("*");

    private final AccessPolicy policy;

    WhoamiCommand(AccessPolicy policy) {
        this.policy = policy;
    }

    /// @param sheds the patterns of the sheds that may be seen
    /// @param may the actions that the role allows
    record Answer(
            String identity, String fingerprint, String role, List<String> sheds, List<String> may, String address) {}

    @Override
    ExitStatus run(CommandContext context) throws IOException {
        var answer = answer(context);
        context.print(json ? Json.line(answer) : table(answer));
        return ExitStatus.SUCCESS;
    }

    private Answer answer(CommandContext context) {
        var identity = context.identity();
        var grant = identity.grant();
        return new Answer(
                identity.comment(),
                identity.fingerprint(),
                word(grant.role()),
                grant.sheds().isEmpty() ? ALL_SHEDS : grant.sheds(),
                Arrays.stream(Action.values())
                        .filter(action -> policy.allows(identity, action))
                        .map(WhoamiCommand::word)
                        .toList(),
                text(context.address()));
    }

    private static String table(Answer answer) {
        var table = new TextTable("identity", answer.identity().isEmpty() ? "-" : answer.identity());
        table.row("fingerprint", answer.fingerprint());
        table.row("role", answer.role());
        table.row("sheds", String.join(", ", answer.sheds()));
        table.row("may", String.join(", ", answer.may()));
        table.row("address", answer.address());
        return table.toString();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String text(LoginName address) {
        return switch (address) {
            case LoginName.Lobby _ -> ShedName.LOBBY;
            case LoginName.ToShed to ->
                to.shed() + to.session().map(session -> "+" + session).orElse("");
        };
    }
}
