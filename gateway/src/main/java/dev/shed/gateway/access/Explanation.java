package dev.shed.gateway.access;

import dev.shed.gateway.name.ShedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Why an identity may or may not do something: the result of each rule that applies.
///
/// @param checks in the order in which the gateway makes them
public record Explanation(List<Check> checks) {
    /// The result of one rule.
    ///
    /// @param about the subject of the rule: an option of the key's line
    /// @param text the result, and for a refusal what would be needed
    public record Check(String about, boolean passed, String text) {}

    public Explanation {
        checks = List.copyOf(checks);
    }

    /// Whether all rules permit it.
    public boolean allowed() {
        return checks.stream().allMatch(Check::passed);
    }

    /// Checks the rules for a request.
    ///
    /// @param word one of [VerbWords]
    /// @param action the action that it needs
    /// @param shed the shed that it is for; empty if it is for none
    public static Explanation of(Identity identity, String word, Action action, Optional<ShedName> shed) {
        var checks = new ArrayList<Check>();
        checks.add(verbs(identity.grant(), word));
        shed.ifPresent(name -> checks.add(sheds(identity, name)));
        checks.add(role(identity, word, action));
        permission(identity.grant(), word).ifPresent(checks::add);
        return new Explanation(checks);
    }

    private static Check verbs(Grant grant, String word) {
        if (grant.verbs().isEmpty()) {
            return new Check("verbs", true, "no limit");
        }
        var list = String.join(",", grant.verbs());
        return grant.permitsVerb(word)
                ? new Check("verbs", true, list)
                : new Check("verbs", false, list + "; needs '" + word + "' in verbs=");
    }

    private static Check sheds(Identity identity, ShedName shed) {
        var globs = identity.grant().sheds();
        if (globs.isEmpty()) {
            return new Check("sheds", true, "no limit");
        }
        var list = String.join(",", globs);
        return new AccessPolicy().maySee(identity, shed)
                ? new Check("sheds", true, list)
                : new Check("sheds", false, list + "; needs '" + shed + "' in sheds=");
    }

    private static Check role(Identity identity, String word, Action action) {
        var role = name(identity.grant().role());
        if (!new AccessPolicy().allows(identity, action)) {
            return new Check("role", false, role + "; '" + word + "' needs role=\"" + name(action.least()) + "\"");
        }
        boolean looks = word.equals(VerbWords.ATTACH) && !new AccessPolicy().allows(identity, Action.ATTACH);
        return new Check("role", true, role + (looks ? ", read-only" : ""));
    }

    /// The result of sshd's own options.
    private static Optional<Check> permission(Grant grant, String word) {
        return switch (word) {
            case VerbWords.FORWARD ->
                Optional.of(
                        grant.portForwarding()
                                ? new Check("port-forwarding", true, targets(grant))
                                : new Check("port-forwarding", false, "no; needs port-forwarding"));
            case VerbWords.AGENT ->
                Optional.of(
                        grant.agentForwarding()
                                ? new Check("agent-forwarding", true, "yes")
                                : new Check("agent-forwarding", false, "no; needs agent-forwarding"));
            case VerbWords.ATTACH, VerbWords.PICKER ->
                grant.pty() ? Optional.empty() : Optional.of(new Check("pty", false, "no; needs pty"));
            default -> Optional.empty();
        };
    }

    private static String targets(Grant grant) {
        var open = grant.permitOpen().isEmpty() ? "everywhere" : "to " + String.join(", ", grant.permitOpen());
        return grant.permitListen().isEmpty() ? open : open + "; listens on " + String.join(", ", grant.permitListen());
    }

    private static String name(Grant.Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
