package dev.shed.gateway.keys;

import dev.shed.gateway.access.Action;
import dev.shed.gateway.access.AuthDecision;
import dev.shed.gateway.access.Explanation;
import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.access.KeyLine.Usable;
import dev.shed.gateway.access.VerbWords;
import dev.shed.gateway.access.key.Certificate;
import dev.shed.gateway.access.key.MalformedException;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `shed-gateway explain KEY SHED VERB`: prints whether a key may do something, by which line of the file,
/// and which option forbids it.
public final class ExplainCommand {
    static final String SYNOPSIS = """
            shed-gateway explain FINGERPRINT|COMMENT|FILE.pub|CERTIFICATE SHED VERB [--from ADDRESS] [--config FILE]
            CERTIFICATE is a file, or a line in quotes, of ssh-keygen -s;
            SHED is shed for the lobby; VERB is a verb, or attach, shell, exec, sftp, forward, agent or picker""";

    private static final int DENIED = 77;

    /// Limit on a file with a public key: ten times what a key takes.
    private static final int MAX_BYTES = 64 * 1024;

    private final AuthorizedKeysEditor file;
    private final Clock clock;
    private final boolean ownOnly;
    private final CertificateReport certificates;
    private final PrintStream out;

    /// Explains the keys of one file.
    ///
    /// @param ownOnly whether users who are not administrators see only their own sheds
    public ExplainCommand(
            AuthorizedKeysEditor file, Clock clock, boolean ownOnly, CertificateReport certificates, PrintStream out) {
        this.file = file;
        this.clock = clock;
        this.ownOnly = ownOnly;
        this.certificates = certificates;
        this.out = out;
    }

    /// Runs the command.
    ///
    /// @param words the arguments after `explain`
    /// @return the exit status; 77 if the action is denied
    public int run(List<String> words) throws IOException {
        var arguments = Arguments.parse(words, Set.of("--from"), Set.of(), SYNOPSIS);
        var operands = arguments.operands(3, SYNOPSIS);
        var from = arguments.option("--from").map(ExplainCommand::address);
        var shed = operands.get(1).equals(ShedName.LOBBY)
                ? Optional.<ShedName>empty()
                : Optional.of(ShedName.parse(operands.get(1)));
        var word = operands.get(2);
        var action = VerbWords.action(word)
                .orElseThrow(() -> Arguments.usage("'" + word + "' is neither a verb nor a kind of request", SYNOPSIS));
        var request = new Request(from, shed, word, action);
        var certificate = certificate(operands.getFirst());
        return certificate.isPresent() ? explain(certificate.get(), request) : explain(operands.getFirst(), request);
    }

    /// The action to explain.
    private record Request(Optional<InetAddress> from, Optional<ShedName> shed, String word, Action action) {}

    private int explain(Certificate certificate, Request request) {
        var facts = CertificateReport.lines(certificate);
        try {
            var decision = certificates.decide(certificate, request.from, request.shed);
            return switch (decision) {
                case AuthDecision.Accepted(Identity identity, String by, var _) -> {
                    var why = Explanation.of(identity, request.word, request.action, request.shed);
                    say(why.allowed() ? "allowed" : "denied");
                    facts.forEach(this::say);
                    say("by " + by + ": " + identity.comment());
                    yield explain(identity, request.from, why);
                }
                case AuthDecision.Refused(String reason) -> denied(facts, reason);
                case AuthDecision.Unknown(String reason) -> denied(facts, reason);
            };
        } catch (MalformedException e) {
            return denied(facts, e.reason());
        }
    }

    private int denied(List<String> facts, String reason) {
        say("denied");
        facts.forEach(this::say);
        say(reason);
        return DENIED;
    }

    private Optional<Certificate> certificate(String name) throws IOException {
        try {
            return Certificate.ofLine(Files.isRegularFile(Path.of(name)) ? text(Path.of(name)) : name);
        } catch (MalformedException e) {
            throw Arguments.usage("invalid certificate: " + e.reason(), SYNOPSIS);
        }
    }

    private int explain(String name, Request request) throws IOException {
        var unusable = file.objection();
        if (unusable.isPresent()) {
            say("denied");
            say("all logins are refused because of " + file.path() + ": " + unusable.get());
            return DENIED;
        }
        // If several lines have the same key, the first one that accepts it applies.
        var wanted = Files.isRegularFile(Path.of(name)) ? fingerprint(Path.of(name)) : name;
        var lines = file.named(wanted, file.keys());
        for (var line : lines) {
            if (line.objection(request.from, clock.instant()).isEmpty()) {
                var why = Explanation.of(line.identity(), request.word, request.action, request.shed);
                say(why.allowed() ? "allowed" : "denied");
                lines.stream().takeWhile(other -> other != line).forEach(other -> skipped(other, request.from));
                say("line " + line.number() + ": " + line.identity().fingerprint() + " "
                        + line.identity().comment());
                return explain(line.identity(), request.from, why);
            }
        }
        say("denied");
        lines.forEach(line -> skipped(line, request.from));
        if (lines.isEmpty()) {
            say("no line of " + file.path() + " has the key '" + name + "'");
        }
        return DENIED;
    }

    private int explain(Identity identity, Optional<InetAddress> from, Explanation why) {
        for (var check : why.checks()) {
            say("  %-3s %-16s %s".formatted(check.passed() ? "ok" : "no", check.about(), check.text()));
        }
        identity.validity().from().filter(_ -> from.isEmpty()).ifPresent(list -> say("  if  from             " + list));
        if (ownOnly && identity.grant().role() != Role.ADMIN) {
            say("  if  visibility       owner: the shed must belong to this key");
        }
        identity.grant().command().ifPresent(command -> say("  but command          runs instead: " + command));
        return why.allowed() ? 0 : DENIED;
    }

    private void skipped(Usable line, Optional<InetAddress> from) {
        line.objection(from, clock.instant()).ifPresent(why -> say("line " + line.number() + ": " + why));
    }

    private String fingerprint(Path publicKey) throws IOException {
        return file.keys(text(publicKey)).stream()
                .filter(Usable.class::isInstance)
                .map(key -> ((Usable) key).identity().fingerprint())
                .findFirst()
                .orElseThrow(() -> Arguments.usage("'" + publicKey + "' is not a public key", SYNOPSIS));
    }

    private static String text(Path publicKey) throws IOException {
        if (Files.size(publicKey) > MAX_BYTES) {
            throw Arguments.usage("'" + publicKey + "' is not a public key", SYNOPSIS);
        }
        return Files.readString(publicKey, StandardCharsets.ISO_8859_1);
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw Arguments.usage("'" + text + "' is not an address", SYNOPSIS);
        }
    }

    private void say(String line) {
        out.println(FailureText.printable(line));
    }
}
