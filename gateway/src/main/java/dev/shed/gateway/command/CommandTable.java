package dev.shed.gateway.command;

import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.Action;
import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.access.PermittedHints;
import dev.shed.gateway.command.Entry.Scope;
import dev.shed.gateway.event.Events;
import dev.shed.gateway.failure.CommandStyle;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureLog;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.inbox.Inbox;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.shed.session.AttachedClients;
import dev.shed.gateway.shed.session.Panes;
import dev.shed.gateway.shed.session.Sessions;
import dev.shed.gateway.status.StatusReport;
import dev.shed.gateway.text.Json;
import dev.shed.gateway.text.ShellWords;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The table of all verbs: name, scope, required permission and implementation. A subsystem request on a
/// shed and a command in the lobby use the same entry.
public final class CommandTable {
    private static final Set<String> HELP_OPTIONS = Set.of("-h", "--help");
    private static final String HELP = "ssh shed@HOST help";

    /// The maximum number of words in a call. Parsing takes time quadratic in it: a millisecond for this
    /// many.
    private static final int MAX_WORDS = 1000;

    /// The maximum for a verb that ends in text.
    private static final int MAX_WORDS_OF_TEXT = 10_000;

    private final AccessPolicy policy;
    private final List<Entry> entries;
    private final NearestNames nearestNames;

    /// Limits the read-only verbs, each of which sends requests to the engine and to many sheds. A user and
    /// scripts need a few at once. Without the limit one key could use up the engine. Verbs that wait send
    /// fewer requests and have no such limit.
    private final ConcurrencyLimit looksAtOnce = new ConcurrencyLimit(8, Duration.ofSeconds(20));

    /// What the verbs work with.
    ///
    /// @param recordings the directory of the recordings
    public record Parts(
            Sheds sheds,
            Sessions sessions,
            SessionQuery sessionQuery,
            Panes panes,
            AttachedClients attachedClients,
            AccessPolicy policy,
            Clock clock,
            Versions versions,
            Events events,
            StatusReport status,
            NearestNames nearestNames,
            Path recordings) {}

    public CommandTable(Parts parts) {
        this.policy = parts.policy();
        this.nearestNames = parts.nearestNames();
        this.entries = Stream.of(aboutSessions(parts), aboutAgents(parts), aboutSheds(parts), aboutTheGateway(parts))
                .flatMap(List::stream)
                .toList();
    }

    private static List<Entry> aboutSessions(Parts parts) {
        var sheds = parts.sheds();
        var sessions = parts.sessions();
        var panes = parts.panes();
        var events = parts.events();
        var clock = parts.clock();
        return List.of(
                Entry.of(
                        "sessions",
                        Scope.SHED,
                        Action.SEE,
                        () -> new SessionsCommand(
                                sheds, parts.sessionQuery(), parts.attachedClients(), parts.policy(), clock)),
                Entry.of("kill", Scope.SHED, Action.KILL_SESSION, () -> new KillCommand(sheds, sessions)),
                Entry.of("rename", Scope.SHED, Action.RENAME_SESSION, () -> new RenameCommand(sheds, sessions)),
                Entry.of("run", Scope.SHED, Action.RUN, () -> new RunCommand(sheds, sessions)),
                Entry.of("resume", Scope.SHED, Action.RESUME, () -> new ResumeCommand(sheds, sessions)),
                Entry.of("console", Scope.SHED, Action.SHELL, ConsoleCommand::new),
                Entry.of("ports", Scope.SHED, Action.SEE, () -> new PortsCommand(sheds)),
                Entry.of("peek", Scope.SHED, Action.WATCH, () -> new PeekCommand(sheds, panes)),
                Entry.of("send", Scope.SHED, Action.TYPE, () -> new SendCommand(sheds, sessions, panes, events, clock)),
                Entry.of(
                        "wait", Scope.SHED, Action.WATCH, () -> new WaitCommand(sheds, sessions, panes, events, clock)),
                Entry.of("events", Scope.SHED, Action.SEE, () -> new EventsCommand(sheds, events, parts.policy())));
    }

    private static List<Entry> aboutAgents(Parts parts) {
        var inbox = new Inbox(parts.sessionQuery(), parts.panes(), parts.clock());
        var answering = new AnsweringVerb.Parts(parts.sheds(), inbox, parts.policy());
        return List.of(
                Entry.of(
                        "inbox",
                        Scope.SHED,
                        Action.WATCH,
                        () -> new InboxCommand(parts.sheds(), inbox, parts.events(), parts.policy(), parts.clock())),
                Entry.of("approve", Scope.ANYWHERE, Action.ANSWER, () -> new ApproveCommand(answering)),
                Entry.of("deny", Scope.ANYWHERE, Action.ANSWER, () -> new DenyCommand(answering)),
                Entry.of("answer", Scope.ANYWHERE, Action.ANSWER, () -> new AnswerCommand(answering)));
    }

    private static List<Entry> aboutSheds(Parts parts) {
        var sheds = parts.sheds();
        var sessionQuery = parts.sessionQuery();
        var policy = parts.policy();
        var clock = parts.clock();
        return List.of(
                Entry.of("list", Scope.LOBBY, Action.SEE, () -> new ListCommand(sheds, sessionQuery, policy, clock)),
                Entry.of("create", Scope.LOBBY, Action.CREATE, () -> new CreateCommand(sheds)),
                Entry.of("start", Scope.SHED, Action.START, () -> new StartCommand(sheds)),
                Entry.of("stop", Scope.SHED, Action.STOP, () -> new StopCommand(sheds, sessionQuery)),
                Entry.of("restart", Scope.SHED, Action.RESTART, () -> new RestartCommand(sheds, sessionQuery)),
                Entry.of("info", Scope.SHED, Action.SEE, () -> new InfoCommand(sheds, sessionQuery, clock)),
                Entry.of("delete", Scope.SHED, Action.DELETE, () -> new DeleteCommand(sheds, sessionQuery)),
                Entry.of(
                        "recordings",
                        Scope.LOBBY,
                        Action.READ_RECORDINGS,
                        () -> new RecordingsCommand(parts.recordings(), policy)));
    }

    private List<Entry> aboutTheGateway(Parts parts) {
        return List.of(
                Entry.of(
                        "status", Scope.LOBBY, Action.MONITOR, () -> new StatusCommand(parts.status(), parts.policy())),
                // These three show nothing that a key without any shed may not know.
                Entry.of("whoami", Scope.ANYWHERE, Action.SEE, () -> new WhoamiCommand(parts.policy())),
                Entry.of(
                        "version",
                        Scope.ANYWHERE,
                        Action.SEE,
                        () -> new VersionCommand(parts.versions(), parts.clock())),
                Entry.of("help", Scope.ANYWHERE, Action.SEE, () -> new HelpCommand(this::entries)));
    }

    CommandTable(AccessPolicy policy, List<Entry> entries) {
        this.policy = policy;
        this.nearestNames = new NearestNames(List::of, policy);
        this.entries = List.copyOf(entries);
    }

    List<Entry> entries() {
        return entries;
    }

    /// Whether the line's first word is a verb, or so near to one that the answer names it.
    public boolean answers(String line) {
        return ShellWords.of(line, 1)
                .first()
                .filter(word ->
                        find(word).isPresent() || MeantCall.help(word, entries).isPresent())
                .isPresent();
    }

    /// What to tell somebody who has run a command in a shed that should probably have called a verb: the command that
    /// does.
    ///
    /// @param style of the command
    public Optional<String> advice(Identity identity, EndedCommand command, CommandStyle style) {
        var words = ShellWords.of(command.line(), MeantCall.MOST_WORDS + 1);
        return words.first().filter(command::meansVerb).flatMap(this::find).map(entry -> {
            var call = PermittedHints.of(identity, MeantCall.called(entry, command.address(), words.list()));
            return "'" + entry.verb() + "' is a verb of the gateway: " + FailureText.advice(call, style);
        });
    }

    /// The part of `line` that may be logged: all of it, except for secrets. If the first word is no verb,
    /// only that word is kept, since the rest may be the text of a mistyped `send`. If quotes do not
    /// balance, only the verb is kept, since the end of a secret cannot be found. Words beyond the maximum
    /// are dropped.
    public String loggable(String line) {
        var read = ShellWords.of(line, MAX_WORDS);
        var words = read.list();
        if (words.size() > 1 && (find(words.getFirst()).isEmpty() || !read.balance())) {
            return words.getFirst() + " …";
        }
        var safe = Secrets.removed(words);
        if (read.more()) {
            return String.join(" ", safe) + " …";
        }
        return safe.equals(words) ? line : String.join(" ", safe);
    }

    /// Splits `line` into words as a shell does, and runs the verb that they call. Failures are thrown; with
    /// `--json` they have already been written to stdout.
    ///
    /// @throws IOException if reading from or writing to the client fails
    /// @throws InterruptedException if the client has disconnected
    public ExitStatus run(CommandContext context, String line) throws IOException, InterruptedException {
        // One word more than the maximum, to detect an excess; and the verb and the `--` that the gateway
        // adds.
        var words = ShellWords.of(line, MAX_WORDS_OF_TEXT + 2);
        try {
            return run(context, balanced(words));
        } catch (ShedException e) {
            if (!wantsJson(context.address(), words.list())) {
                throw e;
            }
            FailureLog.told(e);
            var failure = PermittedHints.of(context.identity(), e.failure());
            context.print(Json.line(Json.error(failure, context.channel().commandStyle())));
            return e.failure().exitStatus();
        }
    }

    /// If the verb is known, an error in the quotes is reported with its synopsis.
    private List<String> balanced(ShellWords words) {
        var entry = words.first().flatMap(this::find);
        var objection = words.objection();
        if (objection != null && entry.isPresent()) {
            throw usage(
                    objection.message(), Grammar.synopsis(entry.get().command().get()));
        }
        return words.requireBalanced();
    }

    private ExitStatus run(CommandContext context, List<String> words) throws IOException, InterruptedException {
        var entry = entry(context, words);
        var verb = entry.command().get();
        var given = Grammar.withEndOfOptions(verb, context.address(), words.subList(1, words.size()));
        if (has(given, HELP_OPTIONS)) {
            context.explain(Grammar.help(verb, context.columns()));
            return ExitStatus.SUCCESS;
        }
        if (!entry.reachableFrom(context.address())) {
            throw usage("'" + entry.verb() + "' is a verb of the lobby", Grammar.synopsis(verb));
        }
        policy.requireVerb(context.identity(), entry.verb());
        requireFewWords(context, entry, verb, given.size());
        Grammar.parse(verb, verb.withoutCommand(entry.arguments(context.address(), given)));
        try {
            admit(context, entry, verb);
            return run(context, entry, verb);
        } catch (ShedException e) {
            var call = new MeantCall(context.address(), words.subList(1, words.size()));
            throw verb.shed()
                    .filter(_ -> entry.scope() == Scope.SHED)
                    .map(shed -> nearestNames.advised(
                            nearestNames.missing(e, context.identity(), shed),
                            context.identity(),
                            shed,
                            name -> call.about(entry, shed, name)))
                    .orElse(e);
        }
    }

    /// Whether the verb is interrupted when its client disconnects.
    static boolean endsWithClient(Entry entry, Verb verb) {
        return isForViewers(entry) || verb.endsWithClient();
    }

    private static boolean isForViewers(Entry entry) {
        return action(entry).least() == Role.VIEWER;
    }

    private ExitStatus run(CommandContext context, Entry entry, Verb verb) throws IOException, InterruptedException {
        context.channel().endWithClient(endsWithClient(entry, verb));
        if (verb.isEndless()) {
            context.channel().endless();
        }
        if (!isForViewers(entry) || verb.endsWithClient()) {
            return verb.run(context);
        }
        try (var _ = looksAtOnce.take(context.identity().fingerprint(), "verbs")) {
            return verb.run(context);
        }
    }

    private boolean wantsJson(LoginName address, List<String> words) {
        var options = words.stream()
                .findFirst()
                .flatMap(this::find)
                .map(entry -> Grammar.withEndOfOptions(entry.command().get(), address, words.subList(1, words.size())))
                .orElse(words);
        return has(options, Set.of("--json"));
    }

    /// Checks the permission before the number of words, so that a refused call is not parsed.
    private void requireFewWords(CommandContext context, Entry entry, Verb verb, int words) {
        if (words <= MAX_WORDS) {
            return;
        }
        requireRole(context.identity(), action(entry));
        int most = verb.wordsBeforeText(context.address()).isPresent() ? MAX_WORDS_OF_TEXT : MAX_WORDS;
        if (words > most) {
            throw usage("more than " + most + " words", Grammar.synopsis(verb));
        }
    }

    private void admit(CommandContext context, Entry entry, Verb verb) {
        var identity = context.identity();
        var action = action(entry);
        verb.shed().ifPresent(shed -> policy.require(identity, action, address(context, shed)));
        requireRole(identity, action);
    }

    private static LoginName.ToShed address(CommandContext context, ShedName shed) {
        return context.address() instanceof LoginName.ToShed to ? to : new LoginName.ToShed(shed, Optional.empty());
    }

    private void requireRole(Identity identity, Action action) {
        if (!policy.allows(identity, action)) {
            throw new ShedException(Failure.forbidden(action.inGeneral()));
        }
    }

    private static Action action(Entry entry) {
        return entry.rule()
                .orElseThrow(() -> new ShedException(Failure.forbidden("call the verb '" + entry.verb() + "'")));
    }

    private Entry entry(CommandContext context, List<String> words) {
        if (words.isEmpty()) {
            throw usage("no verb given", HELP);
        }
        var verb = HELP_OPTIONS.contains(words.getFirst()) ? "help" : words.getFirst();
        return find(verb).orElseThrow(() -> {
            var meant = meant(context, words).map(call -> MeantCall.LINE + call + "\n");
            return usage("there is no verb '" + verb + "'", meant.orElse("") + HELP);
        });
    }

    private Optional<String> meant(CommandContext context, List<String> words) {
        return MeantCall.verb(context.address(), words, entries)
                .or(() -> words.stream()
                        .limit(2)
                        .flatMap(word -> nearestNames.meantLogin(context.identity(), word).stream())
                        .findFirst());
    }

    private Optional<Entry> find(String verb) {
        return entries.stream().filter(entry -> entry.verb().equals(verb)).findFirst();
    }

    /// Whether one of the options is among `words`, before a `--` that ends options.
    private static boolean has(List<String> words, Set<String> options) {
        return words.stream().takeWhile(word -> !word.equals("--")).anyMatch(options::contains);
    }

    private static ShedException usage(String message, String synopsis) {
        return new ShedException(Failure.usage(message, synopsis));
    }
}
