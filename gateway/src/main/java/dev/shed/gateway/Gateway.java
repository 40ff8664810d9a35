package dev.shed.gateway;

import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.LoginPolicy;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditLog;
import dev.shed.gateway.audit.CountingAuditLog;
import dev.shed.gateway.command.CommandTable;
import dev.shed.gateway.command.NearestNames;
import dev.shed.gateway.command.Versions;
import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.container.ContainerAccess;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.docker.DockerEngine;
import dev.shed.gateway.container.porter.PorterRuntime;
import dev.shed.gateway.control.ControlSocket;
import dev.shed.gateway.control.Requests;
import dev.shed.gateway.event.Events;
import dev.shed.gateway.event.ShedStarts;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.metrics.HttpListener;
import dev.shed.gateway.notify.Notifier;
import dev.shed.gateway.notify.RecentInput;
import dev.shed.gateway.notify.StatusLineDelivery;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.recording.Recordings;
import dev.shed.gateway.shed.Workspace;
import dev.shed.gateway.shed.create.CreationListener;
import dev.shed.gateway.shed.create.PendingCreations;
import dev.shed.gateway.shed.create.ShedCreator;
import dev.shed.gateway.shed.lifecycle.Owners;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.shed.lifecycle.StoppedSheds;
import dev.shed.gateway.shed.session.AttachedClients;
import dev.shed.gateway.shed.session.AutoResume;
import dev.shed.gateway.shed.session.Panes;
import dev.shed.gateway.shed.session.Sessions;
import dev.shed.gateway.shed.session.WindowMarks;
import dev.shed.gateway.ssh.SshEndpoint;
import dev.shed.gateway.ssh.forward.Forwarding;
import dev.shed.gateway.ssh.forward.ListenRules;
import dev.shed.gateway.ssh.key.HostIdentity;
import dev.shed.gateway.ssh.login.LobbyPicker;
import dev.shed.gateway.ssh.login.Router;
import dev.shed.gateway.ssh.login.ShedLogin;
import dev.shed.gateway.ssh.session.ChannelTask;
import dev.shed.gateway.ssh.session.SessionChannel;
import dev.shed.gateway.ssh.session.StreamBridge;
import dev.shed.gateway.status.StatusReport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The composition root: builds every part, starts them in order, stops them in reverse. A start that fails
/// undoes what it did.
public final class Gateway implements AutoCloseable {
    /// How long `close` waits for the audit lines of channels that are ending. Their processes have been
    /// hung up by then.
    private static final Duration LAST_LINES = Duration.ofSeconds(2);

    private final StateDirectory state;
    private final CountingAuditLog audit;
    private final ContainerAccess containers;
    private final Sheds sheds;
    private final Events events;
    private final Recordings recordings;
    private final LoginPolicy logins;
    private final AccessPolicy policy;
    private final SshEndpoint endpoint;

    /// Null if the control socket could not be opened.
    private @Nullable ControlSocket control;

    /// Null if nothing is to be asked over HTTP.
    private @Nullable HttpListener metrics;

    /// Null if nobody is notified.
    private @Nullable Notifier notifier;

    /// Null if agents are resumed by hand only.
    private @Nullable ShedStarts starts;

    /// The configuration in effect: the one at the start, with the changes that were reloaded since.
    private GatewayConfig config;

    /// The gateway's dependencies on its environment; tests replace them.
    ///
    /// @param containers returns the access to the engine's containers for a gateway id
    record World(Function<String, ContainerAccess> containers, AuditLog audit, Clock clock) {}

    /// The parts that all others depend on.
    private record Core(
            ContainerAccess containers,
            Sheds sheds,
            Events events,
            CountingAuditLog audit,
            Recordings recordings,
            AccessPolicy policy,
            HostIdentity identity,
            StatusReport status,
            Sessions sessions,
            SessionQuery sessionQuery,
            AttachedClients attachedClients,
            Optional<AutoResume> autoResume,
            Monitoring monitoring) {}

    private Gateway(GatewayConfig config, StateDirectory state, Core core, LoginPolicy logins, SshEndpoint endpoint) {
        this.config = config;
        this.state = state;
        this.audit = core.audit();
        this.containers = core.containers();
        this.sheds = core.sheds();
        this.events = core.events();
        this.recordings = core.recordings();
        this.logins = logins;
        this.policy = core.policy();
        this.endpoint = endpoint;
    }

    /// Starts a gateway on the engine that the configuration names.
    ///
    /// @throws ShedException `CONFIG` when the configuration cannot be put into practice
    public static Gateway start(GatewayConfig config, AuditLog audit, Clock clock) {
        return start(config, StateDirectory.open(config.state()), audit, clock);
    }

    /// Starts a gateway in a state directory that is locked already. The lock is released when the gateway
    /// closes or fails to start.
    static Gateway start(GatewayConfig config, StateDirectory state, AuditLog audit, Clock clock) {
        var monitoring = Monitoring.of(config);
        return start(config, state, new World(id -> containers(config, id, monitoring), audit, clock), monitoring);
    }

    static Gateway start(GatewayConfig config, World world) {
        return start(config, StateDirectory.open(config.state()), world, Monitoring.of(config));
    }

    private static Gateway start(GatewayConfig config, StateDirectory state, World world, Monitoring monitoring) {
        ContainerAccess containers = null;
        try {
            containers = world.containers().apply(state.gatewayId());
            var events = new Events(containers.engine(), containers.runtime(), world.clock(), state.gatewayId());
            var audit = new CountingAuditLog(monitoring.measured(world.audit()));
            var owners = new Owners(containers.engine(), world.clock());
            var input = new RecentInput(world.clock(), config.notifications().quiet(), owners::known);
            var recordings = new Recordings(PartSettings.recordings(config), world.clock(), input::typed);
            var policy = new AccessPolicy(owners::ask);
            policy.reconfigure(config.access().showsOwnOnly());
            var sheds = sheds(config, containers, owners, events);
            var identity = HostIdentity.load(config, world.clock());
            var sessions = sessions(config, containers.runtime());
            var query = new SessionQuery(sessions, containers.engine().hints());
            var status = new StatusReport(
                    new StatusReport.Parts(version(), sheds, query, audit, recordings::failures, identity::shown),
                    world.clock());
            var autoResume = config.agents().resumesThem()
                    ? Optional.of(new AutoResume(sessions, containers.runtime(), audit, state.gatewayId()))
                    : Optional.<AutoResume>empty();
            var core = new Core(
                    containers,
                    sheds,
                    events,
                    audit,
                    recordings,
                    policy,
                    identity,
                    status,
                    sessions,
                    query,
                    new AttachedClients(),
                    autoResume,
                    monitoring);
            CleanUp.start(containers.runtime(), sheds);
            var logins = new LoginPolicy(PartSettings.logins(config.access()), world.clock());
            var gateway = new Gateway(config, state, core, logins, endpoint(config, core, logins, world.clock()));
            listen(gateway.endpoint, audit);
            gateway.control = ControlSocket.openIfPossible(state.path(), new Requests(status));
            gateway.metrics = gateway.monitor(config, core);
            gateway.notifier = notifier(config, new Notifier.Parts(events, input, world.clock()), core);
            gateway.starts = autoResume.map(resume -> starts(resume, core)).orElse(null);
            return gateway;
        } catch (RuntimeException e) {
            closeAfterFailure(e, containers);
            closeAfterFailure(e, state);
            throw e;
        }
    }

    private @Nullable HttpListener monitor(GatewayConfig config, Core core) {
        var parts = new Monitoring.Parts(
                audit, containers, sheds, core.sessionQuery(), recordings::failures, endpoint::listens);
        return core.monitoring().openIfPossible(config, parts);
    }

    private static @Nullable Notifier notifier(GatewayConfig all, Notifier.Parts parts, Core core) {
        var config = all.notifications();
        var lines = new StatusLineDelivery(
                core.attachedClients(), core.policy(), core.containers().runtime(), config.tellsAttached());
        return config.isOn() ? Notifier.start(PartSettings.notifier(all), parts, lines) : null;
    }

    private static ShedStarts starts(AutoResume resume, Core core) {
        return ShedStarts.follow(core.containers().engine(), core.sheds(), resume);
    }

    private static void listen(SshEndpoint endpoint, AuditLog audit) {
        audit.record(new AuditEvent.GatewayStarted(version()));
        try {
            endpoint.start();
        } catch (RuntimeException e) {
            audit.record(new AuditEvent.GatewayStopped(0));
            throw e;
        }
    }

    private static Sessions sessions(GatewayConfig config, ContainerRuntime runtime) {
        var workspace = new Workspace(config.shed().workspace());
        return new Sessions(runtime, workspace, PartSettings.relays(config.agents()));
    }

    private static Sheds sheds(
            GatewayConfig config, ContainerAccess containers, Owners owners, CreationListener creationListener) {
        var shedCreator = new ShedCreator(
                containers.engine(),
                containers.runtime(),
                new PendingCreations(config.state().resolve("creating")),
                PartSettings.creation(config),
                creationListener);
        var stopped = new StoppedSheds(config.state().resolve("stopped"));
        return new Sheds(
                containers.engine(),
                containers.runtime(),
                stopped,
                shedCreator,
                owners,
                config.shed().stopGrace());
    }

    /// Applies a changed configuration, as far as nothing open has to end for it.
    ///
    /// @return the changed keys that take effect only after a restart
    List<String> reconfigure(GatewayConfig wanted) {
        config = config.withChangesOf(wanted);
        logins.reconfigure(PartSettings.logins(config.access()));
        policy.reconfigure(config.access().showsOwnOnly());
        sheds.reconfigure(PartSettings.creation(config), config.shed().stopGrace());
        endpoint.reconfigure(config);
        return config.differencesTo(wanted);
    }

    /// Builds the SSH server and the handlers that a login reaches.
    private static SshEndpoint endpoint(GatewayConfig config, Core core, LoginPolicy logins, Clock clock) {
        var runtime = core.containers().runtime();
        var workspace = new Workspace(config.shed().workspace());
        var sessions = core.sessions();
        var panes = new Panes(runtime);
        var nearestNames = new NearestNames(core.sheds()::list, core.policy());
        var commands = new CommandTable(new CommandTable.Parts(
                core.sheds(),
                sessions,
                core.sessionQuery(),
                panes,
                core.attachedClients(),
                core.policy(),
                clock,
                new Versions(version(), core.containers().engine()::version),
                core.events(),
                core.status(),
                nearestNames,
                config.recordings()));
        var stages = core.monitoring().stages();
        var bridge = new StreamBridge(runtime, core.attachedClients(), stages);
        var shedLogin = new ShedLogin(new ShedLogin.Parts(
                core.sheds(),
                sessions,
                core.policy(),
                bridge,
                workspace,
                core.recordings(),
                new WindowMarks(runtime, config.agents().areInStatusLine()),
                core.autoResume(),
                stages));
        var picker = new LobbyPicker(new LobbyPicker.Parts(
                core.policy(), core.sheds(), sessions, core.sessionQuery(), panes, commands, core.audit(), clock));
        var address = PartSettings.publicAddress(config);
        var router = new Router.Parts(commands, shedLogin, bridge, picker, core.audit(), nearestNames, address);
        var channels = new SessionChannel.Services(
                new ChannelTask.Dependencies(new Router(router), core.audit(), commands::loggable, address),
                commands::answers,
                forwarding(config.forwarding(), core),
                config.ssh().maxChannels());
        return new SshEndpoint(
                config, new SshEndpoint.Parts(logins, core.identity(), channels, core.audit(), stages, clock));
    }

    private static Forwarding forwarding(GatewayConfig.Forwarding config, Core core) {
        return new Forwarding(
                new Forwarding.Parts(
                        core.containers().engine(),
                        core.containers().runtime(),
                        core.sheds(),
                        core.policy(),
                        core.audit()),
                config.maxPerConnection(),
                config.maxPerShed(),
                new ListenRules(
                        config.listen().equals("as-asked"),
                        config.existingSockets().equals("replace")));
    }

    /// The version from the jar's manifest.
    static String version() {
        var version = Gateway.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /// The address on which the gateway listens.
    public InetSocketAddress address() {
        return endpoint.address();
    }

    /// The address of the metrics; empty if there are none.
    public Optional<InetSocketAddress> metricsAddress() {
        return Optional.ofNullable(metrics).map(HttpListener::address);
    }

    /// Adds porters to the engine: they start the processes in its containers.
    private static ContainerAccess containers(GatewayConfig config, String gatewayId, Monitoring monitoring) {
        ContainerEngine engine = config.engine().isKubernetes()
                ? KubernetesParts.engine(config, gatewayId, monitoring.engineRequests())
                : new DockerEngine(PartSettings.docker(config, gatewayId, monitoring.engineRequests()));
        var porters = new PorterRuntime(engine, PartSettings.porters(config, monitoring.porterStarts()));
        return new ContainerAccess(porters.engine(), porters);
    }

    private static void closeAfterFailure(Exception failure, @Nullable AutoCloseable part) {
        if (part != null) {
            try {
                part.close();
            } catch (Exception e) {
                failure.addSuppressed(e);
            }
        }
    }

    /// Stops accepting connections, and waits for requests under way until a second signal. [#close] has to follow.
    void drain(StopSignals stop) throws InterruptedException {
        endpoint.drain(config.ssh().drainTimeout(), stop.second());
    }

    @Override
    public void close() throws IOException {
        try (state) {
            try {
                closeParts();
            } finally {
                writeLastLine();
            }
        }
    }

    private void closeParts() throws IOException {
        try (recordings;
                containers;
                events;
                var _ = notifier;
                var _ = starts;
                var _ = control;
                var _ = metrics) {
            endpoint.close();
        }
    }

    /// Records `gateway-stopped`, after the end of all that was open has been recorded.
    private void writeLastLine() {
        long open = 0;
        try {
            open = audit.awaitEnds(LAST_LINES);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        audit.record(new AuditEvent.GatewayStopped(open));
    }
}
