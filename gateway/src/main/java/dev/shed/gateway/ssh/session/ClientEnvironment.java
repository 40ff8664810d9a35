package dev.shed.gateway.ssh.session;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// The variables that a client may set (RFC 4254, section 6.4): those for language and colours, those that git needs,
/// and `SHED_*`. All others are refused, as with sshd's AcceptEnv, because a variable can change which program runs.
public final class ClientEnvironment {
    /// The width of a terminal without a PTY, for tables.
    public static final String COLUMNS = "COLUMNS";

    private static final Set<String> ACCEPTED = Set.of(
            "LANG",
            "COLORTERM",
            "NO_COLOR",
            "TERM_PROGRAM",
            "TERM_PROGRAM_VERSION",
            "GIT_PROTOCOL",
            COLUMNS,
            "SHED_SESSION",
            "SHED_NEW",
            "SHED_READ_ONLY",
            "SHED_ATTACH_ID",
            "SHED_CLIENT",
            "SHED_CWD");

    /// More than all LC_ variables of POSIX and GNU together, so only a faulty or hostile client exceeds it.
    private static final int MAX_VARIABLES = 32;

    /// Longer than any path or locale name. Bounds the memory that one channel can occupy.
    private static final int MAX_VALUE = 4096;

    private final Map<String, String> variables = new LinkedHashMap<>();

    /// Stores a variable if it is accepted.
    ///
    /// @return whether it was stored
    public boolean set(String name, String value) {
        boolean ok = isAccepted(name)
                && value.length() <= MAX_VALUE
                && value.indexOf('\0') < 0
                && (variables.containsKey(name) || variables.size() < MAX_VARIABLES);
        if (ok) {
            variables.put(name, value);
        }
        return ok;
    }

    Map<String, String> variables() {
        return Map.copyOf(variables);
    }

    private static boolean isAccepted(String name) {
        return ACCEPTED.contains(name) || name.matches("LC_[A-Z0-9_]{1,32}");
    }
}
