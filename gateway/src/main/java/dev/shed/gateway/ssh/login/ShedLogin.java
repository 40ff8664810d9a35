package dev.shed.gateway.ssh.login;

import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.Action;
import dev.shed.gateway.access.VerbWords;
import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.ExecSpec.Terminal;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.LoginName.ToShed;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.recording.Recordings;
import dev.shed.gateway.shed.NewReasons;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.Workspace;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.shed.session.AutoResume;
import dev.shed.gateway.shed.session.Sessions;
import dev.shed.gateway.shed.session.WindowMarks;
import dev.shed.gateway.ssh.connection.Login;
import dev.shed.gateway.ssh.connection.LoginStage;
import dev.shed.gateway.ssh.forward.Forwarding;
import dev.shed.gateway.ssh.session.ChannelRequest;
import dev.shed.gateway.ssh.session.ChannelStreams;
import dev.shed.gateway.ssh.session.StreamBridge;
import dev.shed.gateway.tmux.AttachLog;
import dev.shed.gateway.tmux.PlainText;
import dev.shed.gateway.tmux.Tmux;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Logins to a shed: attaching to a session, plain shells, commands, files. Each starts the shed if the rules
/// allow it, runs one process, and waits for its end.
public final class ShedLogin {
    /// The wrapper's exit status if the program was not found (POSIX, XCU 2.8.2).
    private static final ExitStatus NOT_FOUND = ExitStatus.of(127);

    /// If tmux fails within this time, it has drawn nothing. The user then gets a plain shell.
    private static final Duration FAILED_AT_ONCE = Duration.ofSeconds(2);

    /// Where distributions install sftp-server: Debian and Ubuntu; Fedora and RHEL; Alpine, Arch and SUSE;
    /// newer SUSE; OpenWrt; built from source; NixOS.
    private static final List<String> SFTP_SERVER = List.of(
            "/usr/lib/openssh/sftp-server",
            "/usr/libexec/openssh/sftp-server",
            "/usr/lib/ssh/sftp-server",
            "/usr/libexec/ssh/sftp-server",
            "/usr/lib/sftp-server",
            "/usr/libexec/sftp-server",
            "/usr/local/libexec/sftp-server",
            "/run/current-system/sw/libexec/sftp-server");

    private final Sheds sheds;
    private final Sessions sessions;
    private final AccessPolicy policy;
    private final StreamBridge bridge;
    private final Workspace workspace;
    private final Recordings recordings;
    private final WindowMarks marks;
    private final Optional<AutoResume> autoResume;
    private final LoginStage.Listener stages;

    /// One request to a shed.
    record Call(Login login, ToShed address, ChannelRequest request, ChannelStreams streams) {
        /// Whether the request is a shell on a terminal that tmux can draw on. TERM=dumb, as in Emacs, gets a
        /// plain shell.
        boolean wantsSession() {
            return request instanceof ChannelRequest.Shell
                    && request.setup().terminal().filter(Call::canDraw).isPresent();
        }

        Map<String, String> environment() {
            return request.setup().environment(login);
        }

        /// Whether the client has set a `SHED_*` variable to this value.
        boolean asks(String variable, String value) {
            return request.setup().variable(variable).filter(value::equals).isPresent();
        }

        /// Fails with `USAGE` if the client has set a `SHED_*` variable to a value that is not in `values`.
        void requireOneOf(String variable, List<String> values) {
            var value = request.setup().variable(variable).orElse("");
            if (!value.isEmpty() && !values.contains(value)) {
                throw new ShedException(Failure.usage(
                        variable + "=" + value + " is not " + String.join(" or ", values),
                        "ssh -t -o SetEnv=" + variable + "=" + values.getLast() + " " + login.userName() + "@HOST"));
            }
        }

        boolean showsTrueColor() {
            return request.setup()
                    .variable("COLORTERM")
                    .filter(value -> value.equals("truecolor") || value.equals("24bit"))
                    .isPresent();
        }

        static boolean canDraw(Terminal terminal) {
            return switch (terminal.term()) {
                case "", "dumb", "unknown" -> false;
                default -> !terminal.term().startsWith("eterm");
            };
        }
    }

    /// The dependencies of logins.
    ///
    /// @param workspace the directory where new sessions start
    /// @param autoResume resumes the agents of a shed before a login that has started it goes on
    public record Parts(
            Sheds sheds,
            Sessions sessions,
            AccessPolicy policy,
            StreamBridge bridge,
            Workspace workspace,
            Recordings recordings,
            WindowMarks marks,
            Optional<AutoResume> autoResume,
            LoginStage.Listener stages) {}

    public ShedLogin(Parts parts) {
        this.sheds = parts.sheds();
        this.sessions = parts.sessions();
        this.policy = parts.policy();
        this.bridge = parts.bridge();
        this.workspace = parts.workspace();
        this.recordings = parts.recordings();
        this.marks = parts.marks();
        this.autoResume = parts.autoResume();
        this.stages = parts.stages();
    }

    /// Attaches to the session, and creates it if it does not exist. With `SHED_NEW=1` it must not exist,
    /// with `SHED_NEW=0` it must. Viewers, and clients with `SHED_READ_ONLY=1`, only watch an existing
    /// session.
    ExitStatus attach(Call call) throws IOException, InterruptedException {
        call.requireOneOf("SHED_NEW", List.of("0", "1"));
        call.requireOneOf("SHED_READ_ONLY", List.of("0", "1"));
        require(call, VerbWords.ATTACH, Action.WATCH);
        boolean mayWork = policy.allows(call.login().identity(), Action.ATTACH) && !call.asks("SHED_READ_ONLY", "1");
        var shed = awake(call, mayWork && !call.asks("SHED_NEW", "0"));
        awaitAgent(call, shed, call.address().sessionOrDefault());
        long started = System.nanoTime();
        var status = mayWork ? inSession(call, shed, work(call, shed)) : watch(call, shed);
        sheds.requireNotEnding(shed);
        if (status.equals(NOT_FOUND)) {
            throw new ShedException(Failure.tmuxMissing(shed.name().value()));
        }
        boolean failedAtOnce = System.nanoTime() - started < FAILED_AT_ONCE.toNanos();
        if (mayWork && failedAtOnce && !status.equals(ExitStatus.SUCCESS)) {
            var recorded = recordings.covers(call.address()) ? ", which is not recorded" : "";
            call.streams()
                    .notice("tmux ended at once with status " + status.code() + "; this is a plain shell" + recorded);
            return run(call, shed, new Program.LoginShell());
        }
        return status;
    }

    /// Prepares for a request. Returns at once.
    void expect(ShedName shed) {
        sheds.expect(shed);
    }

    /// Tells that a verb has typed into a session. Returns at once.
    void typed(Login login, ShedName shed, String session) {
        recordings.typed(shed, session, login.identity().fingerprint());
    }

    /// A login shell without tmux.
    ExitStatus shell(Call call) throws IOException, InterruptedException {
        return start(call, VerbWords.SHELL, Action.SHELL, new Program.LoginShell());
    }

    /// A login shell without tmux, requested by name. With a terminal it counts as interactive, so it also
    /// starts a shed that was stopped on purpose.
    ExitStatus console(Call call) throws IOException, InterruptedException {
        return run(call, awake(call, call.streams().terminal()), new Program.LoginShell());
    }

    /// `$SHELL -c command`, as sshd runs it.
    ExitStatus exec(Call call, ByteString command) throws IOException, InterruptedException {
        return start(call, VerbWords.EXEC, Action.RUN, new Program.ShellCommand(command));
    }

    /// Runs the command in a new window of an existing session.
    ExitStatus execInSession(Call call, SessionName session, ByteString command)
            throws IOException, InterruptedException {
        require(call, VerbWords.EXEC, Action.RUN);
        var shed = awake(call, false);
        awaitAgent(call, shed, session);
        sessions.require(shed, session);
        return run(call, shed, new Program.InSession(session, command));
    }

    /// Runs the container's own sftp-server, without a shell: no profile can corrupt the protocol, and the
    /// image needs no shell.
    ExitStatus sftp(Call call) throws IOException, InterruptedException {
        var status = start(call, VerbWords.SFTP, Action.TRANSFER, new Program.FirstOf(SFTP_SERVER));
        if (status.equals(NOT_FOUND)) {
            throw new ShedException(Failure.sftpMissing(call.address().shed().value()));
        }
        return status;
    }

    private ExitStatus start(Call call, String word, Action action, Program program)
            throws IOException, InterruptedException {
        require(call, word, action);
        return run(call, awake(call, false), program);
    }

    private void require(Call call, String word, Action action) {
        policy.requireVerb(call.login().identity(), word);
        policy.require(call.login().identity(), action, call.address());
    }

    /// Attaches read-only. The windows keep the size that the other clients have given them.
    private ExitStatus watch(Call call, Shed shed) throws IOException, InterruptedException {
        var session = there(call, shed);
        try (var _ = sessions.holdSize(shed, session)) {
            return inSession(call, shed, client -> Tmux.watch(client, session));
        }
    }

    /// The command line of a tmux client that can type.
    private Function<Tmux.Client, List<String>> work(Call call, Shed shed) {
        var session = call.address().sessionOrDefault();
        if (call.asks("SHED_NEW", "0")) {
            var there = there(call, shed);
            return client -> Tmux.attach(client, there);
        }
        if (call.asks("SHED_NEW", "1")) {
            sessions.create(shed, session, call.streams().size(), sessionEnvironment(call, shed));
            return client -> Tmux.attachCreated(client, session);
        }
        return client -> Tmux.attachOrCreate(client, session, workspace.directory(shed));
    }

    /// The requested session, which must exist. A client that reconnects gets the session that it showed
    /// last, even if that was renamed or the client had switched to another session.
    private Tmux.Target there(Call call, Shed shed) {
        var session = call.address().sessionOrDefault();
        var id = attachId(call).filter(_ -> call.asks("SHED_NEW", "0"));
        var shown = id.flatMap(known -> sessions.shown(shed, known, session));
        if (shown.isPresent()) {
            return Tmux.Target.of(shown.get());
        }
        sessions.require(shed, session);
        return Tmux.Target.of(session);
    }

    private Tmux.Client client(Call call, Shed shed, boolean recorded) {
        return new Tmux.Client(
                call.streams().size(), call.showsTrueColor(), attachId(call), recorded, sessions.shellRelay(shed));
    }

    private static Optional<AttachLog.Id> attachId(Call call) {
        return call.request().setup().variable("SHED_ATTACH_ID").flatMap(AttachLog.Id::parse);
    }

    private ExitStatus run(Call call, Shed shed, Program program) throws IOException, InterruptedException {
        var directory = call.wantsSession()
                ? Optional.<String>empty()
                : call.request().setup().variable("SHED_CWD");
        var start = directory.map(name -> workspace.named(name, shed));
        var spec = new ExecSpec(shed.container(), program, environment(call, shed), start, terminal(call));
        return bridge.run(call.login(), spec, call.streams());
    }

    private static Optional<Terminal> terminal(Call call) {
        return call.request()
                .setup()
                .terminal()
                .map(asked -> asked.withSize(call.streams().size()));
    }

    /// Attaches to a session. If the session is recorded, the user is told so.
    private ExitStatus inSession(Call call, Shed shed, Function<Tmux.Client, List<String>> tmux)
            throws IOException, InterruptedException {
        var who = call.login().who();
        var joining = new Recordings.Client(
                who.identity() + " from " + who.peer(), call.login().identity().fingerprint());
        try (var marked = marks.follow(shed);
                var client = recordings.join(
                        call.address(),
                        shed.container().id(),
                        joining,
                        call.streams().size())) {
            if (client.isRecorded()) {
                call.streams().notice("this session is recorded: the gateway keeps what it shows");
            }
            var program = new Program.Argv(tmux.apply(client(call, shed, client.isRecorded())));
            var environment = sessionEnvironment(call, shed);
            var spec = new ExecSpec(shed.container(), program, environment, Optional.empty(), terminal(call));
            return bridge.run(call.login(), spec, call.streams(), client.telling(marked::shown));
        }
    }

    /// The environment of a tmux client. The first client starts the tmux server, which keeps this
    /// environment for all sessions. So it is the same for all clients, without the client's language and
    /// colours.
    private static Map<String, String> sessionEnvironment(Call call, Shed shed) {
        var variables = new HashMap<>(environment(call, shed));
        variables.keySet().retainAll(Set.of("SSH_CONNECTION", "SSH_CLIENT", "SSH_AUTH_SOCK"));
        variables.put("LANG", "C.UTF-8");
        return variables;
    }

    private static Map<String, String> environment(Call call, Shed shed) {
        var variables = new HashMap<>(call.environment());
        agentSocket(call, shed).ifPresent(path -> variables.put("SSH_AUTH_SOCK", path));
        return variables;
    }

    /// The path of the agent's socket. A session outlives its connections, so it always gets the path where
    /// the agent of the currently connected client is found. Any other process gets one only if its client
    /// forwards an agent, as in sshd.
    private static Optional<String> agentSocket(Call call, Shed shed) {
        var brought = call.request().setup().agent().flatMap(agent -> agent.bringTo(shed.container()));
        return call.wantsSession() ? Optional.of(Forwarding.agentSocket()) : brought;
    }

    /// Waits for an agent that is being resumed in the session, which would otherwise be a new one.
    private void awaitAgent(Call call, Shed shed, SessionName session) throws IOException, InterruptedException {
        if (autoResume.isPresent()) {
            var waits = "the agent of session '" + session + "' is being resumed";
            autoResume.get().await(shed.name(), session, () -> call.streams().notice(waits));
        }
    }

    private Shed awake(Call call, boolean interactive) throws IOException, InterruptedException {
        long began = System.nanoTime();
        var shed = running(call, interactive);
        stages.ended(LoginStage.SHED, Duration.ofNanos(System.nanoTime() - began));
        return shed;
    }

    /// The shed, running. A shed that was stopped on purpose is started only by an interactive login, one
    /// that stopped by itself by any login. The user is told.
    private Shed running(Call call, boolean interactive) throws IOException, InterruptedException {
        var shed = sheds.find(call.address().shed());
        var name = shed.name().value();
        sheds.requireNotEnding(shed);
        return switch (shed.container().state()) {
            case Container.State.RUNNING -> shed;
            case Container.State.STOPPED, Container.State.STARTING -> wake(call, shed, interactive);
            case Container.State.PAUSED -> throw new ShedException(sheds.paused(shed));
            case Container.State.RESTARTING -> throw notReady(name, sheds.trouble(shed, "it is restarting"));
            case Container.State.BROKEN ->
                throw notReady(name, sheds.trouble(shed, "the engine cannot use its container"));
        };
    }

    private Shed wake(Call call, Shed shed, boolean interactive) throws IOException, InterruptedException {
        boolean mayStart = policy.allows(call.login().identity(), Action.START);
        if (!mayStart || (shed.stoppedOnPurpose() && !interactive)) {
            throw new ShedException(Failure.shedStopped(shed.name().value()));
        }
        boolean starts = shed.container().state() == Container.State.STARTING;
        call.streams().notice("shed '" + shed.name() + (starts ? "' is starting" : "' was stopped; starting it"));
        var awake = sheds.wake(shed, new NewReasons(why -> call.streams().notice("waiting: " + PlainText.of(why))));
        if (autoResume.isPresent()) {
            autoResume.get().afterStart(awake);
        }
        return awake;
    }

    private static ShedException notReady(String shed, String why) {
        return new ShedException(Failure.shedNotReady(shed, why));
    }
}
