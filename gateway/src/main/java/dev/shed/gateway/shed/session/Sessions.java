package dev.shed.gateway.shed.session;

import dev.shed.gateway.agent.Agent;
import dev.shed.gateway.agent.AgentOptions;
import dev.shed.gateway.agent.Conversation;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.ContainerCommands;
import dev.shed.gateway.shed.ContainerCommands.Command;
import dev.shed.gateway.shed.Conversations;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.Workspace;
import dev.shed.gateway.tmux.AttachLog;
import dev.shed.gateway.tmux.PaneSnapshot;
import dev.shed.gateway.tmux.SessionProgram;
import dev.shed.gateway.tmux.Tmux;
import dev.shed.gateway.tmux.TmuxSession;
import dev.shed.gateway.tmux.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The tmux sessions of a running shed: lists, creates, ends and renames them with short commands in its container.
public final class Sessions {
    /// The environment of a tmux server that a verb starts.
    private static final Map<String, String> OF_A_SERVER =
            Map.of("LANG", "C.UTF-8", "SSH_AUTH_SOCK", Container.AGENT_SOCKET);

    /// A program that is mistyped or has nothing to do ends within this time; nobody notices it who starts another.
    private static final int LOOKS_AT_A_START = 3;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final ContainerRuntime runtime;
    private final TmuxCommands tmux;
    private final Workspace workspace;
    private final Relays relays;
    private final Worktrees worktrees;
    private final Conversations conversations;
    private final KeyedLock resuming = new KeyedLock();

    /// Before which programs in sessions a relay stands, which reads OSC 7501.
    public enum Relays {
        NONE,
        /// Those that are started with a session.
        RUN,
        /// Those, and the shells of all other panes.
        ALL
    }

    /// @param workspace the directory where new sessions start
    public Sessions(ContainerRuntime runtime, Workspace workspace, Relays relays) {
        this.runtime = runtime;
        this.relays = relays;
        var containerCommands = new ContainerCommands(runtime);
        this.tmux = new TmuxCommands(containerCommands);
        this.workspace = workspace;
        this.worktrees = new Worktrees(containerCommands, workspace);
        this.conversations = new Conversations(runtime);
    }

    /// The sessions of a shed. A stopped shed has none and is not started. Fails with `TMUX_MISSING` or
    /// `SHED_NOT_READY`.
    public List<TmuxSession> list(Shed shed) {
        return list(shed, ContainerCommands.LIMIT, () -> {}).sessions();
    }

    /// The sessions of a shed, and the conversations that can be resumed in sessions that have ended.
    ///
    /// @param tellsAgents whether the shed was quick enough to tell what its agents do
    public record Listing(List<TmuxSession> sessions, List<Conversation> resumable, boolean tellsAgents) {
        public Listing {
            sessions = List.copyOf(sessions);
            resumable = List.copyOf(resumable);
        }

        /// A session of that name may run something else by now.
        static Listing of(List<TmuxSession> sessions, String output) {
            var names = sessions.stream()
                    .filter(session -> session.socket().isEmpty())
                    .map(TmuxSession::name)
                    .collect(Collectors.toSet());
            return new Listing(
                    sessions,
                    Tmux.parseConversations(output).stream()
                            .filter(conversation ->
                                    !names.contains(conversation.session().value()))
                            .toList(),
                    Tmux.tellsAgents(output));
        }
    }

    /// Continues the conversation of an agent in a session of the same name, to which nobody is attached, and those of
    /// other agents that were in it in further windows. They are not resumable while that session is there. Fails
    /// with `SESSION_ALREADY_EXISTS`.
    ///
    /// @return those that their agents have not stored; these were started with a new one
    public List<Conversation> resume(Shed shed, Conversation conversation) throws InterruptedException {
        var session = conversation.session();
        List<Conversation> lost;
        // Whoever is second must not remove the record of the agent that has started.
        try (var _ = resuming.take(key(shed, session), () -> alreadyExists(shed, session))) {
            if (isTaken(shed, session)) {
                throw alreadyExists(shed, session);
            }
            lost = conversation.all().stream()
                    .filter(one -> !conversations.isStored(shed, one))
                    .toList();
            // Its record goes first: the agent may get the same process number.
            conversations.starts(shed, conversation);
            if (!start(shed, session, conversation.directory(), resumed(shed, conversation, lost))) {
                throw alreadyExists(shed, session);
            }
            for (var other : conversation.others()) {
                var program = resumed(shed, other, lost);
                tmux.about(shed, session, Command.of(Tmux.window(session, other.directory(), program)));
            }
        }
        conversations.forgetWhenSeen(shed, conversation);
        return lost;
    }

    /// Lists the sessions with a given time limit.
    ///
    /// @param arrived run when the container has received the command
    public Listing list(Shed shed, Duration limit, Runnable arrived) {
        if (shed.container().state() == Container.State.STOPPED) {
            return new Listing(List.of(), List.of(), true);
        }
        var answer = tmux.ask(shed, Command.of(Tmux.list()).within(limit).telling(arrived));
        // If no server uses the default socket, there may be servers on others.
        if (answer.ok() || Tmux.saysNoServer(answer.err())) {
            return Listing.of(TmuxCommands.read(shed, answer, Tmux::parseSessions), answer.out());
        }
        throw TmuxCommands.unexpected(shed, answer);
    }

    /// Creates a session, to be attached to at `size`; fails with `SESSION_ALREADY_EXISTS` if it exists.
    public void create(Shed shed, SessionName session, WindowSize size, Map<String, String> environment) {
        var answer = tmux.ask(
                shed,
                Command.of(Tmux.create(size, session, workspace.directory(shed), shellRelay(shed)))
                        .with(environment));
        if (answer.ok()) {
            return;
        }
        if (exists(shed, session)) {
            throw alreadyExists(shed, session);
        }
        throw TmuxCommands.unexpected(shed, answer);
    }

    /// A session that runs a command.
    ///
    /// @param directory where it was started
    public record Started(SessionName session, String directory) {}

    /// Starts a command in a new session, to which nobody is attached. If the command fails, the session stays, and
    /// its status is `failed`; otherwise it ends with the command. Fails with `SESSION_ALREADY_EXISTS`, or with
    /// `WORKTREE_FAILED`.
    public Started run(Shed shed, NewSession wanted) {
        // Before a worktree is made for nothing.
        wanted.name().filter(name -> isTaken(shed, name)).ifPresent(name -> {
            throw alreadyExists(shed, name);
        });
        var directory =
                wanted.branch().map(branch -> worktrees.of(shed, branch)).orElseGet(() -> workspace.directory(shed));
        var program = program(shed, Optional.empty(), wanted.command());
        var session = wanted.names()
                .filter(name -> start(shed, name, directory, program))
                .findFirst()
                .orElseThrow(
                        () -> alreadyExists(shed, wanted.names().findFirst().orElseThrow()));
        return new Started(session, directory);
    }

    /// How a program ended that was just started.
    ///
    /// @param how `with status 3`; empty if that is not known
    /// @param sessionStays whether its session is still there
    public record Ended(Optional<String> how, boolean sessionStays) {}

    /// Whether the program of a session that was just started has ended at once; waits a moment for it.
    public Optional<Ended> endedAtOnce(Shed shed, SessionName session) throws InterruptedException {
        for (int look = 0; look < LOOKS_AT_A_START; look++) {
            Thread.sleep(BETWEEN_LOOKS);
            var answer = tmux.ask(shed, Tmux.programEnd(session));
            if (Tmux.saysNotFound(answer.err())) {
                return Optional.of(new Ended(Optional.empty(), false));
            }
            var how = Tmux.parseProgramEnd(answer.out());
            if (how.isPresent() || !answer.ok()) {
                return how.map(_ -> new Ended(how, true));
            }
        }
        return Optional.empty();
    }

    /// Whether the session could be started; false if one of that name exists.
    private boolean start(Shed shed, SessionName session, String directory, SessionProgram program) {
        tmux.ask(shed, Command.of(Tmux.startServer()).with(OF_A_SERVER));
        var answer =
                tmux.ask(shed, Command.of(Tmux.run(session, directory, program)).with(OF_A_SERVER));
        if (Tmux.saysDuplicate(answer.err())) {
            return false;
        }
        if (Tmux.saysTooLong(answer.err())) {
            throw new ShedException(Failure.usage(
                    "the command is too long: tmux takes about 15500 bytes",
                    "write the text to a file in the shed, and tell the command to read that"));
        }
        // A tmux that is too old for one of the options has started the session nevertheless.
        if (!answer.ok() && !exists(shed, session)) {
            throw TmuxCommands.unexpected(shed, answer);
        }
        return true;
    }

    private SessionProgram resumed(Shed shed, Conversation conversation, List<Conversation> lost) {
        var command = lost.contains(conversation) ? conversation.commandOfNew() : conversation.command();
        return program(shed, Optional.of(conversation.agent()), command);
    }

    private SessionProgram program(Shed shed, Optional<Agent> resumed, List<String> command) {
        return new SessionProgram(relay(shed), AgentOptions.note(command), resumed, command);
    }

    private List<String> relay(Shed shed) {
        return relays == Relays.NONE
                ? List.of()
                : runtime.relay(shed.container())
                        .map(program -> List.of(program, "--relay", "--"))
                        .orElse(List.of());
    }

    /// The path in the shed of the program that is a relay before the shells of its panes; empty if they have none.
    public Optional<String> shellRelay(Shed shed) {
        return relays == Relays.ALL ? runtime.relay(shed.container()) : Optional.empty();
    }

    /// The failure for a name that a session has. If the program of that has ended, its hint tells how to go on.
    public ShedException alreadyExists(Shed shed, SessionName session) {
        var failure = Failure.sessionAlreadyExists(shed.name().value(), session.value());
        var call = "ssh -s " + shed.name() + "+" + session + "@HOST ";
        var how = Tmux.parseProgramEnd(tmux.ask(shed, Tmux.programEnd(session)).out());
        return new ShedException(how.map(ended -> failure.withHint("its program has ended " + ended
                        + "; to see what it printed: " + call + "peek\nto end the session: " + call + "kill"))
                .orElse(failure));
    }

    /// Keeps the size of the session's windows while read-only clients are attached, until it is closed.
    public HeldSize holdSize(Shed shed, Tmux.Target session) throws InterruptedException {
        return HeldSize.begin(runtime, shed, session);
    }

    private static String key(Shed shed, SessionName session) {
        return shed.container().id() + "+" + session;
    }

    /// Kills a session; the agents in it are not resumable. Fails with `SESSION_NOT_FOUND` if it does not exist, as in
    /// a stopped shed.
    public void kill(Shed shed, SessionName session) {
        var agents = conversations.recorded(shed, session);
        tmux.forChanges().about(shed, session, Command.of(Tmux.kill(session)));
        conversations.end(shed, session, agents);
    }

    /// Forgets the conversation of a session that has ended.
    ///
    /// @return false if the session is not resumable, as while it exists or the shed is stopped
    public boolean forget(Shed shed, SessionName session) throws InterruptedException {
        // An agent that is being resumed needs its note until it keeps a record again.
        try (var _ = resuming.take(key(shed, session), () -> alreadyExists(shed, session))) {
            boolean resumable = list(shed, ContainerCommands.LIMIT, () -> {}).resumable().stream()
                    .anyMatch(conversation -> conversation.session().equals(session));
            if (resumable) {
                conversations.end(shed, session, conversations.recorded(shed, session));
            }
            return resumable;
        }
    }

    /// Renames a session. Fails with `SESSION_NOT_FOUND` if it does not exist, and with
    /// `SESSION_ALREADY_EXISTS` if the new name is in use. The tmux server checks and renames in one step, so
    /// that two racing callers cannot both succeed.
    public void rename(Shed shed, SessionName session, SessionName name) {
        if (shed.container().state() == Container.State.STOPPED) {
            throw tmux.forChanges().missing(shed, session);
        }
        var answer = tmux.ask(shed, Tmux.rename(session, name));
        if (Tmux.saysDuplicate(answer.err())) {
            throw alreadyExists(shed, name);
        }
        tmux.forChanges().found(shed, session, answer);
    }

    /// A snapshot of a session's panes; empty if the session has ended.
    ///
    /// @param session tmux's id of the session, as a number
    public Optional<PaneSnapshot> look(Shed shed, int session) {
        var answer = tmux.ask(shed, Watch.look(session));
        if (answer.ok()) {
            return Optional.of(TmuxCommands.read(shed, answer, PaneSnapshot::parse));
        }
        if (Tmux.saysNotFound(answer.err()) || Tmux.saysNoServer(answer.err())) {
            return Optional.empty();
        }
        throw TmuxCommands.unexpected(shed, answer);
    }

    /// tmux's id of the session that an attach showed last, if it is known; fails with `SESSION_NOT_FOUND` if
    /// that session has ended.
    ///
    /// @param name the session's name when the client attached
    public Optional<Integer> shown(Shed shed, AttachLog.Id id, SessionName name) {
        var log = tmux.ask(shed, AttachLog.read());
        var shown = AttachLog.shown(log.out(), id);
        if (shown.isPresent() && !exists(shed, Tmux.has(shown.get()))) {
            throw tmux.missing(shed, name);
        }
        return shown;
    }

    /// Fails with `SESSION_NOT_FOUND` if the session does not exist.
    public void require(Shed shed, SessionName session) {
        if (!exists(shed, session)) {
            throw tmux.missing(shed, session);
        }
    }

    /// Whether there is a session of that name, and not only because tmux has missed that its program has ended.
    private boolean isTaken(Shed shed, SessionName session) {
        if (!exists(shed, session)) {
            return false;
        }
        tmux.ask(shed, Tmux.askForEnded());
        return exists(shed, session);
    }

    private boolean exists(Shed shed, SessionName session) {
        return exists(shed, Tmux.has(session));
    }

    /// A tmux that was ended before it answered has not said that there is none.
    private boolean exists(Shed shed, List<String> question) {
        var answer = tmux.ask(shed, question);
        if (!answer.ok() && !Tmux.saysNotFound(answer.err())) {
            throw TmuxCommands.unexpected(shed, answer);
        }
        return answer.ok();
    }
}
