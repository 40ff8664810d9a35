package dev.shed.gateway.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.Action;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.access.VerbWords;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.text.Json;
import dev.shed.gateway.text.TextTable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/// `whoami`: who the gateway takes the caller for, and what the key allows. The engine is not asked, so it
/// answers when nothing else does.
@Command(
        name = "whoami",
        description = "show your identity at the gateway and what you may do",
        customSynopsis = {"ssh shed@HOST whoami", "ssh -s SHED@HOST whoami"},
        footer = "ssh shed@HOST whoami")
final class WhoamiCommand extends Verb {
    private static final List<String> ALL = List.of("*");

    private final AccessPolicy policy;

    WhoamiCommand(AccessPolicy policy) {
        this.policy = policy;
    }

    /// @param sheds the patterns of the sheds that may be seen
    /// @param may the actions that the role allows
    /// @param verbs the verbs and kinds of request that the key is limited to
    /// @param visibility `owner` for somebody who sees no sheds but his own; else null
    /// @param certificate who vouches for the key; null for a plain key
    record Answer(
            String identity,
            String fingerprint,
            String role,
            List<String> sheds,
            List<String> may,
            String address,
            List<String> verbs,
            @JsonUnwrapped Limits limits,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String visibility,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Certificate certificate) {}

    /// The options of the key's line that narrow what it may.
    ///
    /// @param from the addresses that it is good from; null for any
    /// @param expires when it stops to be good; null for never
    /// @param command what runs instead of whatever is asked for; null for nothing
    /// @param permitOpen the hosts and ports that it may connect to; empty for all
    /// @param permitListen the addresses and ports that it may listen on; empty for all
    record Limits(
            @Nullable String from,
            @Nullable String expires,
            @Nullable String command,
            boolean pty,
            boolean portForwarding,
            boolean agentForwarding,
            List<String> permitOpen,
            List<String> permitListen) {
        static Limits of(Identity identity) {
            var grant = identity.grant();
            return new Limits(
                    identity.validity().from().orElse(null),
                    identity.validity().expiry().map(Json::time).orElse(null),
                    grant.command().orElse(null),
                    grant.pty(),
                    grant.portForwarding() && grant.permitsVerb(VerbWords.FORWARD),
                    grant.agentForwarding() && grant.permitsVerb(VerbWords.AGENT),
                    grant.permitOpen(),
                    grant.permitListen());
        }

        void showIn(TextTable table) {
            row(table, "from", from);
            row(table, "expires", expires);
            row(table, "command", command);
            row(table, "terminal", pty ? null : "none");
            row(table, "forwards", portForwarding ? targets() : "nothing");
            row(table, "listens", portForwarding && !permitListen.isEmpty() ? String.join(", ", permitListen) : null);
            row(table, "agent", agentForwarding ? null : "none");
        }

        private @Nullable String targets() {
            return permitOpen.isEmpty() ? null : String.join(", ", permitOpen);
        }

        private static void row(TextTable table, String name, @Nullable String value) {
            if (value != null) {
                table.row(name, value);
            }
        }
    }

    /// @param serial its number, without a sign
    /// @param authority the fingerprint of the key that has signed it
    record Certificate(String keyId, String serial, String authority) {}

    @Override
    Optional<ShedName> shed() {
        return Optional.empty();
    }

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
                grant.sheds().isEmpty() ? ALL : grant.sheds(),
                Arrays.stream(Action.values())
                        .filter(action -> policy.allows(identity, action))
                        .map(WhoamiCommand::word)
                        .toList(),
                text(context.address()),
                grant.verbs().isEmpty() ? ALL : grant.verbs(),
                Limits.of(identity),
                policy.seesOwnOnly(identity) ? "owner" : null,
                identity.certification()
                        .map(signed -> new Certificate(signed.keyId(), signed.serial(), signed.authority()))
                        .orElse(null));
    }

    private static String table(Answer answer) {
        var table = new TextTable("identity", answer.identity().isEmpty() ? "-" : answer.identity());
        table.row("fingerprint", answer.fingerprint());
        table.row("role", answer.role());
        var own = answer.visibility() == null ? "" : " (only what belongs to your key)";
        table.row("sheds", String.join(", ", answer.sheds()) + own);
        table.row("may", String.join(", ", answer.may()));
        if (!answer.verbs().equals(ALL)) {
            table.row("verbs", "only " + String.join(", ", answer.verbs()));
        }
        answer.limits().showIn(table);
        table.row("address", answer.address());
        if (answer.certificate() instanceof Certificate(var keyId, var serial, var authority)) {
            table.row("certificate", keyId + " (serial " + serial + ")");
            table.row("signed by", authority);
        }
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
