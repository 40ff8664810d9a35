package dev.shed.gateway.access;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The permissions of a line in authorized_keys (sshd(8), AUTHORIZED_KEYS FILE FORMAT, and the gateway's
/// `sheds=`, `verbs=` and `role=`).
///
/// @param sheds globs (`*`, `?`) of the sheds that may be seen; empty means all
/// @param verbs the words of [VerbWords] that the key is limited to, in addition to its role; empty means no
/// such limit
/// @param pty whether a PTY may be requested
/// @param permitOpen `host:port` patterns that forwards are limited to; empty means no such limit
/// @param permitListen `host:port` patterns that listeners of the client are limited to; empty means no such
/// limit
/// @param command the command to run instead of the client's request
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
    /// The permissions of a key without options: everything.
    public static final Grant ALL = new Grant(Role.ADMIN, List.of(), true, true, true, List.of(), Optional.empty());

    /// Each role includes the one before it.
    public enum Role {
        /// sees sheds and sessions, attaches read-only
        VIEWER,
        /// also answers the questions of agents
        RESPONDER,
        /// works in sheds: attaches, runs commands, moves files, forwards, ends sessions, starts and stops
        USER,
        /// also creates and deletes sheds
        ADMIN
    }

    public Grant {
        sheds = List.copyOf(sheds);
        verbs = List.copyOf(verbs);
        permitOpen = List.copyOf(permitOpen);
        permitListen = List.copyOf(permitListen);
    }

    /// A grant without `permitlisten=`.
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

    /// A grant without `verbs=`.
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

    /// Whether `verbs=` permits a word of [VerbWords].
    public boolean permitsVerb(String word) {
        return verbs.isEmpty() || verbs.contains(word) || VerbWords.isAlwaysAllowed(word);
    }

    /// A copy that is restricted to the given permissions.
    ///
    /// @param only the command to run, unless the grant has one
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

    /// A copy for these sheds only.
    Grant withSheds(List<String> names) {
        return new Grant(role, names, verbs, pty, portForwarding, agentForwarding, permitOpen, permitListen, command);
    }

    /// Whether a shed with this name may be seen.
    boolean sees(String shed) {
        return sheds.isEmpty() || sheds.stream().anyMatch(glob -> Glob.matches(glob, shed));
    }

    /// Whether `permitopen=` permits a forward to this host and port. Names are compared, never looked up.
    public boolean permitsOpen(String host, int port) {
        return permitOpen.isEmpty() || permitOpen.stream().anyMatch(pattern -> matches(pattern, host, port));
    }

    /// Whether `permitlisten=` permits the client to listen on this address, as the client sent it, and port.
    /// As in sshd, host patterns may contain `*` and `?`, and case is ignored.
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
