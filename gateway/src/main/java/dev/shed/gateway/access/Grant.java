package dev.shed.gateway.access;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a line of authorized_keys allows (sshd(8), AUTHORIZED_KEYS FILE FORMAT, and our own `sheds=`, `verbs=` and
/// `role=`).
///
/// @param sheds globs (`*`, `?`) of the sheds that may be seen; empty means all
/// @param verbs the words of [VerbWords] that the key is limited to, beside its role; empty means no such limit
/// @param pty whether a PTY may be asked for
/// @param permitOpen `host:port` patterns that forwards are limited to; empty means no such limit
/// @param permitListen `host:port` patterns that listeners of the client are limited to; empty means no such limit
/// @param command runs instead of whatever the client asks for
public record Grant(
        Role role,
        List<String> sheds,
        List<String> verbs,
        boolean pty,
        boolean portForwarding,
        boolean agentForwarding,
        List<String> permitOpen,
        List<String> permitListen,
        Optional<String> command) {
    /// What a key without options may do: everything.
    public static final Grant ALL = new Grant(Role.ADMIN, List.of(), true, true, true, List.of(), Optional.empty());

    /// Each role may do what the one before it may, and more.
    public enum Role {
        /// sees sheds and sessions, attaches read-only
        VIEWER,
        /// answers the questions of agents as well
        RESPONDER,
        /// works in sheds: attaches, runs commands, moves files, forwards, ends sessions, starts and stops
        USER,
        /// makes and deletes sheds as well
        ADMIN
    }

    public Grant {
        sheds = List.copyOf(sheds);
        verbs = List.copyOf(verbs);
        permitOpen = List.copyOf(permitOpen);
        permitListen = List.copyOf(permitListen);
    }

    /// One that `permitlisten=` does not limit.
    public Grant(
            Role role,
            List<String> sheds,
            List<String> verbs,
            boolean pty,
            boolean portForwarding,
            boolean agentForwarding,
            List<String> permitOpen,
            Optional<String> command) {
        this(role, sheds, verbs, pty, portForwarding, agentForwarding, permitOpen, List.of(), command);
    }

    /// One that `verbs=` does not limit.
    public Grant(
            Role role,
            List<String> sheds,
            boolean pty,
            boolean portForwarding,
            boolean agentForwarding,
            List<String> permitOpen,
            Optional<String> command) {
        this(role, sheds, List.of(), pty, portForwarding, agentForwarding, permitOpen, command);
    }

    /// Whether `verbs=` leaves the key a word of [VerbWords].
    public boolean permitsVerb(String word) {
        return verbs.isEmpty() || verbs.contains(word) || VerbWords.isAlwaysAllowed(word);
    }

    /// What is left when only these are permitted.
    ///
    /// @param only the command that has to run, unless the grant has one
    Grant narrowed(boolean pty, boolean portForwarding, boolean agentForwarding, Optional<String> only) {
        return new Grant(
                role,
                sheds,
                verbs,
                this.pty && pty,
                this.portForwarding && portForwarding,
                this.agentForwarding && agentForwarding,
                permitOpen,
                permitListen,
                command.or(() -> only));
    }

    /// The same for these sheds only.
    Grant withSheds(List<String> names) {
        return new Grant(role, names, verbs, pty, portForwarding, agentForwarding, permitOpen, permitListen, command);
    }

    /// Whether the shed of that name may be seen.
    boolean sees(String shed) {
        return sheds.isEmpty() || sheds.stream().anyMatch(glob -> Glob.matches(glob, shed));
    }

    /// Whether `permitopen=` lets a forward go to that host and port. Names are compared, never looked up.
    public boolean permitsOpen(String host, int port) {
        return permitOpen.isEmpty() || permitOpen.stream().anyMatch(pattern -> matches(pattern, host, port));
    }

    /// Whether `permitlisten=` lets the client listen at that address, as it asks for it, and port. As with sshd the
    /// patterns of hosts have `*` and `?`, and capitals do not count.
    public boolean permitsListen(String host, int port) {
        return permitListen.isEmpty() || permitListen.stream().anyMatch(pattern -> listens(pattern, host, port));
    }

    private static boolean listens(String pattern, String host, int port) {
        int colon = pattern.lastIndexOf(':');
        var name = pattern.substring(0, colon);
        var plain = name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
        var number = pattern.substring(colon + 1);
        return Glob.matches(plain.toLowerCase(Locale.ROOT), host.toLowerCase(Locale.ROOT))
                && (number.equals("*") || number.equals(Integer.toString(port)));
    }

    private static boolean matches(String pattern, String host, int port) {
        int colon = pattern.lastIndexOf(':');
        var name = pattern.substring(0, colon);
        var plain = name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
        var number = pattern.substring(colon + 1);
        return (plain.equals("*") || plain.equals(host))
                && (number.equals("*") || number.equals(Integer.toString(port)));
    }
}
