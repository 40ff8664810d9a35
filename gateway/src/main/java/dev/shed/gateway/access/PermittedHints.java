package dev.shed.gateway.access;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.Failure.Kind;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.name.ShedName;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Restricts the hints of failures to what the caller's key permits, so that nobody is advised to try what is then
/// forbidden.
public final class PermittedHints {
    /// A command in a hint: ssh's options, the login name, and the words behind it.
    private static final Pattern CALL =
            Pattern.compile("ssh (?<options>(-[st] )*)(?<login>\\S+)@HOST( \"?(?<words>.*))?$");

    /// A synopsis is about the call that was made, and the hint of `FORBIDDEN` is made for the key.
    private static final Set<Kind> UNCHANGED = EnumSet.of(Kind.USAGE, Kind.FORBIDDEN);

    /// Work in a shed, in place of which others can be watched at theirs.
    private static final Set<Action> WORK = EnumSet.of(
            Action.ATTACH, Action.TYPE, Action.RUN, Action.SHELL, Action.TRANSFER, Action.RESUME, Action.FORWARD);

    private PermittedHints() {}

    /// The failure with the lines of its hint that the key permits. If it permits none, somebody else must be asked.
    public static Failure of(Identity identity, Failure failure) {
        return UNCHANGED.contains(failure.kind()) ? failure : failure.withHint(of(identity, failure.hint()));
    }

    /// The lines of a hint that the key permits. If it permits none, somebody else must be asked.
    public static String of(Identity identity, String hint) {
        var permitted = hint.lines().filter(line -> permits(identity, line)).collect(Collectors.joining("\n"));
        return permitted.isEmpty()
                ? hint.lines()
                        .map(line -> "ask somebody whose key may do this: " + line)
                        .collect(Collectors.joining("\n"))
                : permitted;
    }

    /// Whether the key permits what a line of a hint advises.
    public static boolean permits(Identity identity, String line) {
        var call = CALL.matcher(line);
        if (!call.find()) {
            return true;
        }
        var words = Optional.ofNullable(call.group("words")).orElse("").split(" ", 2);
        if (call.group("login").equals(ShedName.LOBBY)) {
            return permitsVerb(identity, words);
        }
        if (words[0].isEmpty()) {
            return permits(identity, VerbWords.ATTACH, Action.ATTACH);
        }
        return call.group("options").contains("-s")
                ? permitsVerb(identity, words)
                : permits(identity, VerbWords.EXEC, Action.RUN);
    }

    private static boolean permitsVerb(Identity identity, String[] words) {
        var action = VerbWords.action(words[0]);
        if (action.equals(Optional.of(Action.CREATE)) && words.length > 1 && !seesWhatItCreates(identity, words[1])) {
            return false;
        }
        return action.map(needed -> permits(identity, words[0], needed)).orElse(true);
    }

    private static boolean seesWhatItCreates(Identity identity, String arguments) {
        var name = arguments.split(" ", 2)[0];
        return name.equals("NAME") || identity.grant().sees(name);
    }

    private static boolean permits(Identity identity, String word, Action action) {
        var grant = identity.grant();
        return grant.role().compareTo(action.least()) >= 0 && grant.permitsVerb(word);
    }

    /// What a key that may not do `action` may do at the address instead: lines of a hint, each with a line feed.
    static String instead(Identity identity, Action action, LoginName.ToShed address) {
        var shed = address.shed();
        var named = shed + "+" + address.session().map(SessionName::value).orElse("SESSION") + "@HOST";
        var hints = new StringBuilder();
        if (WORK.contains(action)) {
            add(hints, identity, "sessions", "to list its sessions: ssh -s " + shed + "@HOST sessions");
            add(hints, identity, "peek", "to see the screen of a session: ssh -s " + named + " peek");
            add(hints, identity, VerbWords.ATTACH, "to attach read-only: ssh " + named);
        }
        if (action == Action.ANSWER) {
            add(hints, identity, "inbox", "to see the questions: ssh -s " + shed + "@HOST inbox");
        }
        return hints.toString();
    }

    private static void add(StringBuilder hints, Identity identity, String word, String line) {
        if (permits(identity, word, VerbWords.action(word).orElseThrow())) {
            hints.append(line).append('\n');
        }
    }
}
