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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Every verb of the client, in the order of its help. A call makes the one that it names.
public final class Verbs {
    /// For completion; the gateway knows which there are.
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

    public static Iterable<String> names() {
        return ALL.keySet();
    }

    private static Map<String, Supplier<Verb>> all() {
        var verbs = new LinkedHashMap<String, Supplier<Verb>>();
        verbs.put("attach", AttachVerb::new);
        verbs.put("exec", ExecVerb::new);
        verbs.put("console", ConsoleVerb::new);
        verbs.put("forward", ForwardVerb::new);
        sessions(verbs);
        sheds(verbs);
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
        verbs.put("kill", Verbs::kill);
        verbs.put(
                "rename",
                () -> new GatewayVerb(
                        verb("rename", "Rename a session.", "shed rename myproj debug release")
                                .addOption(json())
                                .addPositional(shed())
                                .addPositional(word(1, "SESSION", "The session."))
                                .addPositional(word(2, "NEW", "Its new name.")),
                        About.CHANGED_SHED,
                        Manner.ANSWER));
        verbs.put(
                "peek",
                () -> new GatewayVerb(
                        verb(
                                        "peek",
                                        "Print a session's screen as text, without attaching.",
                                        "shed peek myproj debug --lines 100")
                                .addOption(value("N", "Also the last N lines that have scrolled away.", "--lines"))
                                .addOption(flag("Print a line that the terminal has wrapped as one line.", "--join"))
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

    static Verb kill() {
        return new GatewayVerb(
                verb(
                                "kill",
                                "End a session. It is always named, never assumed.",
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
                                "Type text into a session, and Enter after it. Without text, stdin is typed."
                                        + " Options end at the first word of the text.",
                                "shed send myproj debug make -j4 test",
                                "git diff | shed send myproj+agent --no-enter",
                                "shed send myproj+agent --key down --key enter",
                                "shed send myproj debug --wait --match '^BUILD' make test")
                        .addOption(flag("Press no Enter.", "--no-enter"))
                        .addOption(value("COMMAND", "Type only if this program is in the foreground.", "--expect"))
                        .addOption(oneOf(
                                KEYS, "NAME", "Press this key instead of typing text; may be given again.", "--key"))
                        .addOption(flag("Then wait as `shed wait` does, for what comes after the text.", "--wait"))
                        .addOption(until())
                        .addOption(value("REGEX", "With --wait: until the screen shows this.", "--match"))
                        .addOption(value("TIME", "With --wait: idle is without output for so long.", "--for"))
                        .addOption(value("TIME", "With --wait: give up after this time, with status 75.", "--timeout"))
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
                                "Return when a session is idle, rings the bell, shows a text, or ends.",
                                "shed wait myproj agent --timeout 10m")
                        .addOption(until())
                        .addOption(value("REGEX", "Wait until the screen shows this.", "--match"))
                        .addOption(flag("Look for it only in what comes from now on.", "--new"))
                        .addOption(value("TIME", "Without output for so long it is idle.", "--for"))
                        .addOption(value("TIME", "Give up after this time, with status 75.", "--timeout"))
                        .addOption(json())
                        .addPositional(shed())
                        .addPositional(session()),
                About.SHED,
                Manner.STREAM);
    }

    private static OptionSpec until() {
        return oneOf(
                List.of("idle", "bell", "exit", "match"),
                "CONDITION",
                "idle (the default), bell, exit or match.",
                "--until");
    }

    private static Verb events() {
        return new GatewayVerb(
                verb(
                                "events",
                                "Print what happens, a line each, until interrupted.",
                                "shed events myproj --json | jq .")
                        .addOption(value("N", "Begin with what came after the event with this number.", "--since"))
                        .addOption(json())
                        .addPositional(optionalWord(0, "SHED", "Only this shed.")),
                About.EITHER,
                Manner.STREAM);
    }

    private static void sheds(Map<String, Supplier<Verb>> verbs) {
        verbs.put("list", ListVerb::new);
        verbs.put("create", Verbs::create);
        simple(verbs, "info", "Tell everything about a shed.", About.SHED);
        verbs.put("ports", Verbs::ports);
        simple(verbs, "start", "Start a stopped shed.", About.CHANGED_SHED);
        simple(
                verbs,
                "stop",
                "Stop a shed. This ends its sessions; stop and start gives a shed without any.",
                About.CHANGED_SHED);
        simple(verbs, "restart", "Stop and start a shed. This ends its sessions.", About.CHANGED_SHED);
        verbs.put(
                "delete",
                () -> new GatewayVerb(
                        verb(
                                        "delete",
                                        "Delete a shed and its workspace. Asks first where there is a terminal.",
                                        "shed delete scratch --force")
                                .addOption(flag("Do not ask.", "--force"))
                                .addOption(flag("Leave the workspace.", "--keep-volume"))
                                .addOption(json())
                                .addPositional(shed()),
                        About.CHANGED_SHED,
                        Manner.QUESTION));
        verbs.put("recordings", Verbs::recordings);
        verbs.put(
                "status",
                () -> new GatewayVerb(
                        verb(
                                        "status",
                                        "Tell how the gateway is, to its administrators."
                                                + " The exit status is 1 while something needs attention.",
                                        "shed status --server home",
                                        "shed status --json")
                                .addOption(json()),
                        About.LOBBY,
                        Manner.ANSWER));
        verbs.put(
                "whoami",
                () -> new GatewayVerb(
                        verb(
                                        "whoami",
                                        "Tell who the gateway takes you for, and what you may do.",
                                        "shed whoami --server home")
                                .addOption(json()),
                        About.LOBBY,
                        Manner.ANSWER));
        verbs.put(
                "version",
                () -> new GatewayVerb(
                        verb(
                                        "version",
                                        "Print the versions of the gateway; --version is the client's.",
                                        "shed version --json")
                                .addOption(json()),
                        About.LOBBY,
                        Manner.ANSWER));
    }

    private static Verb recordings() {
        return new GatewayVerb(
                verb(
                                "recordings",
                                "List, play or fetch the recordings of sessions, where the gateway makes any.",
                                "shed recordings list",
                                "shed recordings play myproj+default.20261127T221500Z --speed 4",
                                "shed recordings export myproj+default.20261127T221500Z >myproj.cast")
                        .addOption(value("N", "With play: so many times as fast.", "--speed"))
                        .addOption(value("TIME", "With play: the longest pause; 2s by default.", "--idle-limit"))
                        .addOption(json())
                        .addPositional(word(0, "list|play|export", "What is to be done."))
                        .addPositional(optionalWord(1, "NAME", "The recording's name, as `list` has it.")),
                About.LOBBY,
                Manner.TABLE);
    }

    private static Verb ports() {
        return new GatewayVerb(
                verb(
                                "ports",
                                "List what listens in a shed: address, port, process. 'forward' brings ports here.",
                                "shed ports myproj",
                                "shed ports myproj --watch --json")
                        .addOption(flag("List them again whenever they are others, until interrupted.", "--watch"))
                        .addOption(json())
                        .addPositional(shed()),
                About.SHED,
                Manner.TABLE);
    }

    private static Verb create() {
        return new GatewayVerb(
                verb(
                                "create",
                                "Make a shed and start it.",
                                "shed create myproj --repo owner/repo",
                                "shed create home/scratch --memory 2g")
                        .addOption(value("REPO", "Clone this repository: owner/repo or a URL.", "--repo"))
                        .addOption(value("BRANCH", "Its branch or tag.", "--branch"))
                        .addOption(flag("Clone its submodules as well.", "--recurse-submodules"))
                        .addOption(value("IMAGE", "Make it of this image.", "--image"))
                        .addOption(value("N", "So many processors.", "--cpus"))
                        .addOption(value("SIZE", "So much memory.", "--memory"))
                        .addOption(value("KEY=VALUE", "Set a variable; may be given again.", "--env"))
                        .addOption(value("KEY=VALUE", "Label its container; may be given again.", "--label"))
                        .addOption(value("FINGERPRINT[,…]", "Have it belong to these keys.", "--owner"))
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
