package dev.shed.gateway.access;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The words that `verbs=` in authorized_keys takes: the gateway's verbs, and what else a key is used for.
public final class VerbWords {
    /// Attaching to a session, also to look only.
    public static final String ATTACH = "attach";

    /// A login shell outside of sessions.
    public static final String SHELL = "shell";

    /// A command in a shed or in a session.
    public static final String EXEC = "exec";

    public static final String SFTP = "sftp";

    /// Connections and listeners of ports and unix sockets.
    public static final String FORWARD = "forward";

    /// The client's ssh agent.
    public static final String AGENT = "agent";

    /// The lobby's session picker; what is done there is held to the words of what it is.
    public static final String PICKER = "picker";

    /// What each of them needs. The verbs about agents' questions are to come; keys can name them already.
    private static final Map<String, Action> ACTIONS = Map.ofEntries(
            entry(ATTACH, Action.WATCH),
            entry(SHELL, Action.RUN),
            entry(EXEC, Action.RUN),
            entry(SFTP, Action.RUN),
            entry(FORWARD, Action.FORWARD),
            entry(AGENT, Action.FORWARD),
            entry(PICKER, Action.SEE),
            entry("sessions", Action.SEE),
            entry("kill", Action.KILL_SESSION),
            entry("rename", Action.RENAME_SESSION),
            entry("console", Action.RUN),
            entry("ports", Action.SEE),
            entry("peek", Action.WATCH),
            entry("send", Action.TYPE),
            entry("wait", Action.WATCH),
            entry("events", Action.SEE),
            entry("list", Action.SEE),
            entry("create", Action.CREATE),
            entry("start", Action.START),
            entry("stop", Action.STOP),
            entry("restart", Action.STOP),
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

    /// Verbs that every key may call: they tell it what it may do, and nothing of any shed.
    private static final Set<String> ALWAYS = Set.of("whoami", "version", "help");

    private VerbWords() {}

    /// What a key must be allowed to do for a word; empty for what is no such word.
    public static Optional<Action> action(String word) {
        return Optional.ofNullable(ACTIONS.get(word));
    }

    static boolean isAlwaysAllowed(String word) {
        return ALWAYS.contains(word);
    }
}
