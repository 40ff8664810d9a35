package dev.shed.gateway.access;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The words of `verbs=` in authorized_keys: the gateway's verbs, and words for the other uses of a key.
public final class VerbWords {
    /// Attaching to a session, also read-only.
    public static final String ATTACH = "attach";

    /// A login shell outside sessions.
    public static final String SHELL = "shell";

    /// A command in a shed or in a session.
    public static final String EXEC = "exec";

    public static final String SFTP = "sftp";

    /// TCP and unix sockets, for connections in both directions.
    public static final String FORWARD = "forward";

    /// The client's ssh agent.
    public static final String AGENT = "agent";

    /// The lobby's session picker. Each action in it also needs the action's own word.
    public static final String PICKER = "picker";

    /// The action that each word needs.
    private static final Map<String, Action> ACTIONS = Map.ofEntries(
            entry(ATTACH, Action.WATCH),
            entry(SHELL, Action.SHELL),
            entry(EXEC, Action.RUN),
            entry(SFTP, Action.TRANSFER),
            entry(FORWARD, Action.FORWARD),
            entry(AGENT, Action.FORWARD),
            entry(PICKER, Action.SEE),
            entry("sessions", Action.SEE),
            entry("kill", Action.KILL_SESSION),
            entry("rename", Action.RENAME_SESSION),
            entry("run", Action.RUN),
            entry("resume", Action.RESUME),
            entry("console", Action.SHELL),
            entry("ports", Action.SEE),
            entry("peek", Action.WATCH),
            entry("send", Action.TYPE),
            entry("wait", Action.WATCH),
            entry("events", Action.SEE),
            entry("list", Action.SEE),
            entry("create", Action.CREATE),
            entry("start", Action.START),
            entry("stop", Action.STOP),
            entry("restart", Action.RESTART),
            entry("info", Action.SEE),
            entry("delete", Action.DELETE),
            entry("recordings", Action.READ_RECORDINGS),
            entry("inbox", Action.WATCH),
            entry("approve", Action.ANSWER),
            entry("deny", Action.ANSWER),
            entry("answer", Action.ANSWER),
            entry("status", Action.MONITOR),
            entry("whoami", Action.SEE),
            entry("version", Action.SEE),
            entry("help", Action.SEE));

    /// Verbs that every key may call: they show its own permissions, and nothing about a shed.
    private static final Set<String> ALWAYS = Set.of("whoami", "version", "help");

    private VerbWords() {}

    /// The action that a word needs; empty if it is none of these words.
    public static Optional<Action> action(String word) {
        return Optional.ofNullable(ACTIONS.get(word));
    }

    static boolean isAlwaysAllowed(String word) {
        return ALWAYS.contains(word);
    }
}
