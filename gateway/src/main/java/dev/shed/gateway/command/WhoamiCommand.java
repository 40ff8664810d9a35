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

/// `whoami`: the caller's identity, and the permissions of the key. It needs no engine, so it works when
/// other verbs do not.
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
    /// @param may the actions that the role permits
    /// @param verbs the verbs and kinds of requests that the key is limited to
    /// @param visibility `owner` if the caller sees only its own sheds; otherwise null
    /// @param certificate the certificate of the key; null for a plain key
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

    /// The options of the key's line that restrict it.
    ///
    /// @param from the addresses that it may be used from; null for any
    /// @param expires when it expires; null for never
    /// @param command the command that replaces the client's request; null for none
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

    /// @param serial its serial number, unsigned
    /// @param authority the fingerprint of the key that signed it
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
