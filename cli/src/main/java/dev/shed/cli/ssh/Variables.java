package dev.shed.cli.ssh;

import java.util.List;

/// The environment variables that the client sends to the gateway. Values in the user's own environment are
/// not sent.
public final class Variables {
    /// The target of a login to the lobby, in the form of an SSH user name.
    public static final String SESSION = "SHED_SESSION";

    /// The directory to start in.
    public static final String CWD = "SHED_CWD";

    /// `1` for a session that must be new, `0` for one that must exist.
    public static final String NEW = "SHED_NEW";

    public static final String READ_ONLY = "SHED_READ_ONLY";

    /// The id of an attach, by which the gateway recognises a reconnection.
    public static final String ATTACH_ID = "SHED_ATTACH_ID";

    /// The prefix of a shed's name in hints.
    public static final String CLIENT = "SHED_CLIENT";

    /// The width of the terminal, for the gateway's tables.
    public static final String COLUMNS = "COLUMNS";

    public static final List<String> ALL = List.of(SESSION, CWD, NEW, READ_ONLY, ATTACH_ID, CLIENT, COLUMNS);

    private Variables() {}
}
