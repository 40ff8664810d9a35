package dev.shed.cli.ssh;

import java.util.List;

/// The variables of the environment that the gateway takes from this client. What the person's own shell has of them is
/// not meant for it.
public final class Variables {
    /// What a login to the gateway itself is about, as SSH's user name would say it.
    public static final String SESSION = "SHED_SESSION";

    /// The directory to begin in.
    public static final String CWD = "SHED_CWD";

    /// `1` for a session that is not there yet, `0` for one that is.
    public static final String NEW = "SHED_NEW";

    public static final String READ_ONLY = "SHED_READ_ONLY";

    /// By which the gateway knows a login that comes back.
    public static final String ATTACH_ID = "SHED_ATTACH_ID";

    /// What stands before a shed's name in hints.
    public static final String CLIENT = "SHED_CLIENT";

    /// The width of the terminal, for the gateway's tables.
    public static final String COLUMNS = "COLUMNS";

    public static final List<String> ALL = List.of(SESSION, CWD, NEW, READ_ONLY, ATTACH_ID, CLIENT, COLUMNS);

    private Variables() {}
}
