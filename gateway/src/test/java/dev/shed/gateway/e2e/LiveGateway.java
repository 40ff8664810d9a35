package dev.shed.gateway.e2e;

import dev.shed.gateway.Gateway;
import dev.shed.gateway.HostKeyFiles;
import dev.shed.gateway.RecordingAuditLog;
import dev.shed.gateway.config.Agents;
import dev.shed.gateway.config.Audit;
import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.config.Metrics;
import dev.shed.gateway.config.Notifications;
import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The real gateway in this virtual machine, on a free port, with the real engine behind it.
final class LiveGateway implements AutoCloseable {
    /// As docs/spec.md has it.
    static final GatewayConfig.Create CREATE =
            new GatewayConfig.Create("git@github.com:", "accept-new", List.of(), Optional.empty());

    /// As docs/spec.md has it.
    private static final GatewayConfig.Forwarding FORWARDING =
            new GatewayConfig.Forwarding(256, 1024, "loopback", "keep", "refuse");

    /// As docs/spec.md has it.
    private static final String NETWORK = "sheds";

    /// For gateways that have none yet. Their other host keys are their own.
    static final HostKeyFiles RSA_KEY = new HostKeyFiles("host_rsa*");

    private final Place place;
    private final RecordingAuditLog audit;
    private final Gateway gateway;

    private LiveGateway(Place place, RecordingAuditLog audit, Gateway gateway) {
        this.place = place;
        this.audit = audit;
        this.gateway = gateway;
    }

    static LiveGateway start() throws IOException {
        return start(ssh -> ssh, URI.create(Place.ENGINE));
    }

    static LiveGateway start(UnaryOperator<GatewayConfig.Ssh> change) throws IOException {
        return start(change, URI.create(Place.ENGINE));
    }

    /// Starts one with changed limits, on another engine.
    static LiveGateway start(UnaryOperator<GatewayConfig.Ssh> change, URI engine) throws IOException {
        return start(
                Place.make(), new GatewayConfig.Listen("127.0.0.1", 0, List.of()), change, engine, CREATE, NETWORK);
    }

    /// Starts one that makes sheds in another way.
    static LiveGateway start(Place place, GatewayConfig.Create create) throws IOException {
        return start(
                place,
                new GatewayConfig.Listen("127.0.0.1", 0, List.of()),
                ssh -> ssh,
                URI.create(Place.ENGINE),
                create,
                NETWORK);
    }

    /// Starts one that containers can reach, too, and that makes sheds in another way, and so that they reach other
    /// containers.
    static LiveGateway startForAll(Place place, GatewayConfig.Create create) throws IOException {
        var listen = new GatewayConfig.Listen("0.0.0.0", 0, List.of());
        return start(place, listen, ssh -> ssh, URI.create(Place.ENGINE), create, "bridge");
    }

    /// Starts one whose sheds are in another network.
    static LiveGateway startIn(String network) throws IOException {
        var listen = new GatewayConfig.Listen("127.0.0.1", 0, List.of());
        return start(Place.make(), listen, ssh -> ssh, URI.create(Place.ENGINE), CREATE, network);
    }

    /// Starts one whose tunnels are another affair.
    static LiveGateway start(GatewayConfig.Forwarding forwarding) throws IOException {
        var listen = new GatewayConfig.Listen("127.0.0.1", 0, List.of());
        return start(Place.make(), listen, ssh -> ssh, forwarding, URI.create(Place.ENGINE), CREATE, NETWORK);
    }

    /// Starts one at an address of its own.
    static LiveGateway startAt(Place place, GatewayConfig.Listen listen) throws IOException {
        return start(place, listen, ssh -> ssh, URI.create(Place.ENGINE), CREATE, NETWORK);
    }

    private static LiveGateway start(
            Place place,
            GatewayConfig.Listen listen,
            UnaryOperator<GatewayConfig.Ssh> change,
            URI engine,
            GatewayConfig.Create create,
            String network)
            throws IOException {
        return start(place, listen, change, FORWARDING, engine, create, network);
    }

    private static LiveGateway start(
            Place place,
            GatewayConfig.Listen listen,
            UnaryOperator<GatewayConfig.Ssh> change,
            GatewayConfig.Forwarding forwarding,
            URI engine,
            GatewayConfig.Create create,
            String network)
            throws IOException {
        return start(
                place,
                config(
                        place,
                        listen,
                        change.apply(defaults()),
                        forwarding,
                        engine,
                        create,
                        network,
                        Agents.DEFAULTS,
                        Notifications.NONE,
                        Metrics.NONE));
    }

    /// Starts one that resumes agents, or tells people, in another way.
    static LiveGateway start(URI engine, Agents agents, Notifications notifications) throws IOException {
        var place = Place.make();
        var listen = new GatewayConfig.Listen("127.0.0.1", 0, List.of());
        return start(
                place,
                config(
                        place,
                        listen,
                        defaults(),
                        FORWARDING,
                        engine,
                        CREATE,
                        NETWORK,
                        agents,
                        notifications,
                        Metrics.NONE));
    }

    /// Starts one that can be asked over HTTP how it is doing.
    static LiveGateway start(Metrics metrics) throws IOException {
        var place = Place.make();
        var listen = new GatewayConfig.Listen("127.0.0.1", 0, List.of());
        var engine = URI.create(Place.ENGINE);
        return start(
                place,
                config(
                        place,
                        listen,
                        defaults(),
                        FORWARDING,
                        engine,
                        CREATE,
                        NETWORK,
                        Agents.DEFAULTS,
                        Notifications.NONE,
                        metrics));
    }

    private static GatewayConfig config(
            Place place,
            GatewayConfig.Listen listen,
            GatewayConfig.Ssh ssh,
            GatewayConfig.Forwarding forwarding,
            URI engine,
            GatewayConfig.Create create,
            String network,
            Agents agents,
            Notifications notifications,
            Metrics metrics) {
        return new GatewayConfig(
                listen,
                place.state(),
                new GatewayConfig.Access(place.authorizedKeys(), Duration.ofSeconds(30)),
                ssh,
                new GatewayConfig.Strangers("64:30:256", 256, 256, "32:64", "no", List.of()),
                GatewayConfig.Algorithms.ALL,
                forwarding,
                new GatewayConfig.Engine(engine, Duration.ofSeconds(30)),
                new GatewayConfig.ShedDefaults(
                        Place.IMAGE, "dev", "/workspace", Duration.ofSeconds(2), network, 4096, 0, 0),
                create,
                agents,
                new Audit("continue"),
                GatewayConfig.Recording.NONE,
                notifications,
                metrics);
    }

    private static LiveGateway start(Place place, GatewayConfig config) throws IOException {
        var audit = new RecordingAuditLog();
        RSA_KEY.putInto(place.state());
        var gateway = Gateway.start(config, audit, Clock.systemUTC());
        RSA_KEY.takeFrom(place.state());
        var listens = config.listen().address();
        var address = listens.equals("0.0.0.0") ? "127.0.0.1" : listens;
        place.listensAt(address, gateway.address().getPort());
        return new LiveGateway(place, audit, gateway);
    }

    /// As docs/spec.md has them.
    private static GatewayConfig.Ssh defaults() {
        var keepalive = Duration.ofSeconds(15);
        var grace = Duration.ofSeconds(4);
        return new GatewayConfig.Ssh(Duration.ofSeconds(30), 10, keepalive, 3, 256, 256, 128, 4L << 20, grace, grace);
    }

    /// Finds a peer that vanished within about three seconds.
    static GatewayConfig.Ssh impatient(GatewayConfig.Ssh ssh) {
        return new GatewayConfig.Ssh(
                ssh.loginGrace(),
                ssh.maxAuthTries(),
                Duration.ofSeconds(1),
                2,
                ssh.maxConnections(),
                ssh.maxConnectionsPerKey(),
                ssh.maxChannels(),
                ssh.queuedOutput(),
                ssh.hangupGrace(),
                ssh.drainTimeout());
    }

    Place place() {
        return place;
    }

    /// Where its metrics are.
    InetSocketAddress metrics() {
        return gateway.metricsAddress().orElseThrow();
    }

    RecordingAuditLog audit() {
        return audit;
    }

    Result ssh(String... arguments) throws IOException {
        return place.ssh(arguments);
    }

    /// Lets another key in.
    void authorize(String name, String options) throws IOException {
        place.authorize(name, options);
        place.listensAt(place.port());
    }

    @Override
    public void close() throws IOException {
        try (place) {
            gateway.close();
        }
    }
}
