package dev.shed.cli.verb;

import static dev.shed.cli.verb.Grammar.flag;
import static dev.shed.cli.verb.Grammar.oneOf;
import static dev.shed.cli.verb.Grammar.optionalWord;
import static dev.shed.cli.verb.Grammar.value;
import static dev.shed.cli.verb.Grammar.word;
import static dev.shed.cli.verb.Grammar.words;

import dev.shed.cli.call.Verb;
import dev.shed.cli.verb.GatewayVerb.About;
import dev.shed.cli.verb.GatewayVerb.Manner;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// All verbs of the client, in the order of its help. Only the verb that is called is created.
public final class Verbs {
    /// Names of keys for completion; the gateway checks them.
    private static final List<String> KEYS = List.of(
            "enter",
            "escape",
            "tab",
            "shift-tab",
            "shift-enter",
            "space",
            "backspace",
            "delete",
            "insert",
            "up",
            "down",
            "left",
            "right",
            "home",
            "end",
            "page-up",
            "page-down",
            "ctrl-c",
            "ctrl-d",
            "ctrl-z");

    private static final Map<String, Supplier<Verb>> ALL = all();

    private Verbs() {}

    public static Optional<Verb> find(String name) {
        return name.equals(CompleteVerb.NAME)
                ? Optional.of(new CompleteVerb())
                : Optional.ofNullable(ALL.get(name)).map(Supplier::get);
    }

    public static Collection<String> names() {
        return ALL.keySet();
    }

    private static Map<String, Supplier<Verb>> all() {
        var verbs = new LinkedHashMap<String, Supplier<Verb>>();
        verbs.put("attach", AttachVerb::new);
        verbs.put("exec", ExecVerb::new);
        verbs.put("console", ConsoleVerb::new);
        verbs.put("forward", ForwardVerb::new);
        sessions(verbs);
        agents(verbs);
        sheds(verbs);
        gateway(verbs);
        verbs.put("server", ServerVerb::new);
        verbs.put("ssh-config", SshConfigVerb::new);
        verbs.put("open", OpenVerb::new);
        verbs.put("config", ConfigVerb::new);
        verbs.put("doctor", DoctorVerb::new);
        verbs.put("completion", CompletionVerb::new);
        return Collections.unmodifiableMap(verbs);
    }

    private static void sessions(Map<String, Supplier<Verb>> verbs) {
        verbs.put("sessions", SessionsVerb::new);
        verbs.put("run", Verbs::run);
        verbs.put(
                "resume",
                () -> new GatewayVerb(
                        verb(
                                        "resume",
                                        "Continue an agent's conversation after its session has ended.",
                                        "shed resume myproj agent")
                                .addOption(json())
                                .addPositional(shed())
                                .addPositional(optionalWord(1, "NAME", "The session, if several are resumable.")),
                        About.CHANGED_SHED,
                        Manner.ANSWER));
        verbs.put("kill", Verbs::kill);
        verbs.put(
                "rename",
                () -> new GatewayVerb(
                        verb("rename", "Rename a session.", "shed rename myproj debug release")
                                .addOption(json())
                                .addPositional(shed())
                                .addPositional(word(1, "SESSION", "The session."))
                                .addPositional(word(2, "NEW", "The new name.")),
                        About.CHANGED_SHED,
                        Manner.ANSWER));
        verbs.put(
                "peek",
                () -> new GatewayVerb(
                        verb(
                                        "peek",
                                        "Print a session's screen as text, without attaching.",
                                        "shed peek myproj debug --lines 100")
                                .addOption(value("N", "Also print the last N lines of the scrollback.", "--lines"))
                                .addOption(flag("Join lines that the terminal has wrapped.", "--join"))
                                .addOption(flag("Keep colours.", "--color"))
                                .addOption(json())
                                .addPositional(shed())
                                .addPositional(session()),
                        About.SHED,
                        Manner.ANSWER));
        verbs.put("send", Verbs::send);
        verbs.put("wait", Verbs::waiting);
        verbs.put("events", Verbs::events);
    }

    private static void agents(Map<String, Supplier<Verb>> verbs) {
        verbs.put("inbox", Verbs::inbox);
        verbs.put("approve", () -> answering(verb("approve", "Permit what an agent asks for.", "shed approve ID")));
        verbs.put(
                "deny",
                () -> answering(verb(
                                "deny",
                                "Refuse what an agent asks for. Options end at the first word of the text.",
                                "shed deny 7q2m0xk4vd use the test database")
                        .addPositional(words(1, false, "TEXT", "What the agent is told."))));
        verbs.put(
                "answer",
                () -> answering(verb(
                                "answer",
                                "Choose an option of an agent's question, or answer it in words.",
                                "shed answer 7q2m0xk4vd --option 2")
                        .addOption(value("N", "The number of the option, as shown by `shed inbox`.", "--option"))
                        .addPositional(words(1, false, "TEXT", "The answer in words."))));
    }

    private static Verb answering(CommandSpec verb) {
        return lobby(verb.addPositional(word(0, "ID", "The id of the question, as shown by `shed inbox`.")));
    }

    private static Verb inbox() {
        return new GatewayVerb(
                verb(
                                "inbox",
                                "List the questions of agents that wait for an answer.",
                                "shed inbox",
                                "shed inbox --watch --json")
                        .addOption(
                                flag("Print questions as they are asked and answered, until interrupted.", "--watch"))
                        .addOption(json())
                        .addPositional(optionalWord(0, "SHED", "Only this shed.")),
                About.EITHER,
                Manner.TABLE);
    }

    private static Verb run() {
        return new GatewayVerb(
                verb(
                                "run",
                                "Start a command in a new session, without attaching, and print the session's name.",
                                "shed run myproj agent -- claude",
                                "shed run myproj --worktree fix-login -- claude 'fix the login'")
                        .addOption(value("BRANCH", "Start in a git worktree of this branch.", "--worktree"))
                        .addOption(json())
                        .addPositional(shed())
                        .addPositional(optionalWord(
                                1, "NEW", "The new session (default: a free name after the branch or the command)."))
                        .addPositional(words(2, true, "COMMAND", "The command and its arguments, after --.")),
                About.CHANGED_SHED,
                Manner.ANSWER);
    }

    static Verb kill() {
        return new GatewayVerb(
                verb(
                                "kill",
                                "End a session, or forget a resumable one. The session must be named.",
                                "shed kill myproj debug",
                                "shed kill myproj+debug")
                        .addOption(json())
                        .addPositional(shed())
                        .addPositional(optionalWord(1, "SESSION", "The session.")),
                About.CHANGED_SHED,
                Manner.ANSWER);
    }

    private static Verb send() {
        return new GatewayVerb(
                verb(
                                "send",
                                "Type text into a session, then press Enter. Without text, type stdin."
                                        + " Options end at the first word of the text.",
                                "shed send myproj debug make -j4 test",
                                "git diff | shed send myproj+agent --no-enter",
                                "shed send myproj+agent --key down --key enter",
                                "shed send myproj debug --wait --match '^BUILD' make test")
                        .addOption(flag("Do not press Enter.", "--no-enter"))
                        .addOption(value("COMMAND", "Type only if this program is in the foreground.", "--expect"))
                        .addOption(
                                oneOf(KEYS, "NAME", "Press this key instead of typing text; may be repeated.", "--key"))
                        .addOption(flag("Then wait as `shed wait` does, for output after the text.", "--wait"))
                        .addOption(until())
                        .addOption(value("REGEX", "With --wait: wait until the screen matches this.", "--match"))
                        .addOption(value("TIME", "With --wait: idle after this long without output.", "--for"))
                        .addOption(value("TIME", "With --wait: fail after this time, with status 75.", "--timeout"))
                        .addOption(json())
                        .addPositional(shed())
                        .addPositional(session())
                        .addPositional(words(2, false, "TEXT", "What to type.")),
                About.CHANGED_SHED,
                Manner.INPUT);
    }

    private static Verb waiting() {
        return new GatewayVerb(
                verb(
                                "wait",
                                "Return when a session is idle, rings the bell, shows a text, ends, or when its agent"
                                        + " needs somebody or is done.",
                                "shed wait myproj agent --timeout 10m")
                        .addOption(until())
                        .addOption(value("REGEX", "Wait until the screen matches this regular expression.", "--match"))
                        .addOption(flag("With --match: search new output only, not the present screen.", "--new"))
                        .addOption(value("TIME", "Treat the session as idle after this long without output.", "--for"))
                        .addOption(value("TIME", "Fail after this time, with status 75.", "--timeout"))
                        .addOption(json())
                        .addPositional(shed())
                        .addPositional(session()),
                About.SHED,
                Manner.STREAM);
    }

    private static OptionSpec until() {
        return oneOf(
                List.of("idle", "bell", "exit", "match", "needs-me", "done", "failed"),
                "CONDITION",
                "idle (the default), bell, exit, match, or what an agent is doing: needs-me, done or failed.",
                "--until");
    }

    private static Verb events() {
        return new GatewayVerb(
                verb(
                                "events",
                                "Print events of sheds and sessions, one per line, until interrupted.",
                                "shed events myproj --json | jq .")
                        .addOption(value("N", "Start after the event with this number.", "--since"))
                        .addOption(json())
                        .addPositional(optionalWord(0, "SHED", "Only this shed.")),
                About.EITHER,
                Manner.STREAM);
    }

    private static void sheds(Map<String, Supplier<Verb>> verbs) {
        verbs.put("list", ListVerb::new);
        verbs.put("create", Verbs::create);
        simple(verbs, "info", "Show details of a shed.", About.SHED);
        verbs.put("ports", Verbs::ports);
        simple(verbs, "start", "Start a stopped shed.", About.CHANGED_SHED);
        simple(verbs, "stop", "Stop a shed. This ends its sessions.", About.CHANGED_SHED);
        simple(verbs, "restart", "Stop and start a shed. This ends its sessions.", About.CHANGED_SHED);
        verbs.put(
                "delete",
                () -> new GatewayVerb(
                        verb(
                                        "delete",
                                        "Delete a shed, its workspace and its home. With a terminal, ask first.",
                                        "shed delete scratch --force")
                                .addOption(flag("Do not ask.", "--force"))
                                .addOption(flag("Keep the workspace and the home.", "--keep-volume"))
                                .addOption(json())
                                .addPositional(shed()),
                        About.CHANGED_SHED,
                        Manner.QUESTION));
        verbs.put("recordings", Verbs::recordings);
    }

    private static void gateway(Map<String, Supplier<Verb>> verbs) {
        verbs.put(
                "status",
                () -> lobby(verb(
                        "status",
                        "Show the status of the gateway. Only administrators may use this."
                                + " The exit status is 1 if something needs attention.",
                        "shed status --server home",
                        "shed status --json")));
        verbs.put(
                "whoami",
                () -> lobby(verb(
                        "whoami",
                        "Show your identity at the gateway, and what you may do.",
                        "shed whoami --server home")));
        verbs.put(
                "version",
                () -> lobby(verb(
                        "version",
                        "Print the versions of the gateway. --version prints the client's.",
                        "shed version --json")));
    }

    /// A verb that is not about a shed.
    private static Verb lobby(CommandSpec verb) {
        return new GatewayVerb(verb.addOption(json()), About.LOBBY, Manner.ANSWER);
    }

    private static Verb recordings() {
        return new GatewayVerb(
                verb(
                                "recordings",
                                "List, play or export recordings of sessions, if the gateway records any.",
                                "shed recordings list",
                                "shed recordings play myproj+default.20261127T221500Z --speed 4",
                                "shed recordings export myproj+default.20261127T221500Z >myproj.cast")
                        .addOption(value("N", "With play: N times as fast.", "--speed"))
                        .addOption(value(
                                "TIME", "With play: shorten longer pauses to this (default: 2s).", "--idle-limit"))
                        .addOption(json())
                        .addPositional(word(0, "list|play|export", "The action."))
                        .addPositional(optionalWord(1, "NAME", "The recording, as named by `list`.")),
                About.LOBBY,
                Manner.TABLE);
    }

    private static Verb ports() {
        return new GatewayVerb(
                verb(
                                "ports",
                                "List the listening ports of a shed, with address and process. 'forward' forwards"
                                        + " them.",
                                "shed ports myproj",
                                "shed ports myproj --watch --json")
                        .addOption(flag("Keep running and print the list again when it changes.", "--watch"))
                        .addOption(json())
                        .addPositional(shed()),
                About.SHED,
                Manner.TABLE);
    }

    private static Verb create() {
        return new GatewayVerb(
                verb(
                                "create",
                                "Create a shed and start it.",
                                "shed create myproj --repo owner/repo",
                                "shed create home/scratch --memory 2g")
                        .addOption(value("REPO", "Clone this repository: owner/repo or a URL.", "--repo"))
                        .addOption(value("BRANCH", "The branch or tag to check out.", "--branch"))
                        .addOption(flag("Clone submodules as well.", "--recurse-submodules"))
                        .addOption(value("IMAGE", "The image to use.", "--image"))
                        .addOption(value("N", "CPU limit, such as 2 or 0.5.", "--cpus"))
                        .addOption(value("SIZE", "Memory limit, such as 4GiB.", "--memory"))
                        .addOption(value("KEY=VALUE", "Set an environment variable; may be repeated.", "--env"))
                        .addOption(value("KEY=VALUE", "Set a label of the container; may be repeated.", "--label"))
                        .addOption(value("FINGERPRINT[,…]", "The keys that own the shed (default: yours).", "--owner"))
                        .addOption(json())
                        .addPositional(word(0, "NAME", "The new shed: NAME or SERVER/NAME.")),
                About.NEW_SHED,
                Manner.ANSWER);
    }

    private static void simple(Map<String, Supplier<Verb>> verbs, String name, String description, About about) {
        verbs.put(
                name,
                () -> new GatewayVerb(
                        verb(name, description, "shed " + name + " myproj")
                                .addOption(json())
                                .addPositional(shed()),
                        about,
                        Manner.ANSWER));
    }

    private static CommandSpec verb(String name, String description, String... examples) {
        return Grammar.verb(name, description, examples);
    }

    private static OptionSpec json() {
        return flag("Print JSON.", "--json");
    }

    private static picocli.CommandLine.Model.PositionalParamSpec shed() {
        return word(0, "SHED", "The shed: SHED, SHED+SESSION or SERVER/SHED.");
    }

    private static picocli.CommandLine.Model.PositionalParamSpec session() {
        return optionalWord(1, "SESSION", "The session.");
    }
}
