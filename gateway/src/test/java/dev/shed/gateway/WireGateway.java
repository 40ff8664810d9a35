package dev.shed.gateway;

import dev.shed.gateway.config.Agents;
import dev.shed.gateway.config.Audit;
import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.config.Metrics;
import dev.shed.gateway.config.Notifications;
import dev.shed.gateway.container.ContainerAccess;
import dev.shed.gateway.container.FakeRuntime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelSession;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.channel.PtyCapableChannelSession;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;

/// A real gateway on a fake runtime, and MINA's client to talk to it.
public final class WireGateway implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// What every test gets by with, though all of them come from one address.
    public static final GatewayConfig.Strangers STRANGERS =
            new GatewayConfig.Strangers("50:30:100", 50, 50, "32:64", "no", List.of());

    private static final HostKeyFiles HOST_KEYS = new HostKeyFiles("host_*");

    private final Gateway gateway;
    private final GatewayConfig config;
    private final Path directory;
    private final KeyPair key;
    private final RecordingAuditLog audit;
    private final SshClient client = SshClient.setUpDefaultClient();
    private boolean stopped;

    private WireGateway(Gateway gateway, GatewayConfig config, Path directory, KeyPair key, RecordingAuditLog audit) {
        this.gateway = gateway;
        this.config = config;
        this.directory = directory;
        this.key = key;
        this.audit = audit;
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
        // The first choice takes more of the processor than most tests; AlgorithmsWireTest makes it.
        client.setKeyExchangeFactories(NamedFactory.setUpTransformedFactories(
                false, List.of(BuiltinDHFactories.curve25519), ClientBuilder.DH2KEX));
        client.start();
    }

    public static WireGateway start(FakeRuntime runtime) {
        return start(runtime, WireSetup.USUAL);
    }

    /// One with other limits for connections that have not logged in, and with proxies.
    public static WireGateway start(
            FakeRuntime runtime,
            GatewayConfig.Strangers strangers,
            List<String> proxies,
            UnaryOperator<GatewayConfig.Ssh> tuning) {
        var listen = new GatewayConfig.Listen("127.0.0.1", 0, proxies);
        return start(runtime, WireSetup.USUAL.with("", tuning).with(listen, strangers));
    }

    /// One whose forwards have other rules.
    public static WireGateway start(FakeRuntime runtime, GatewayConfig.Forwarding forwarding) {
        return start(runtime, WireSetup.USUAL.with(forwarding));
    }

    /// One that records what sessions show.
    public static WireGateway start(FakeRuntime runtime, GatewayConfig.Recording recording) {
        return start(runtime, WireSetup.USUAL.with(recording));
    }

    /// One that can be asked over HTTP how it is doing.
    public static WireGateway start(FakeRuntime runtime, Metrics metrics) {
        return start(runtime, WireSetup.USUAL.with(metrics));
    }

    /// One that offers fewer algorithms.
    public static WireGateway start(FakeRuntime runtime, GatewayConfig.Algorithms algorithms) {
        return start(runtime, WireSetup.USUAL.with(algorithms));
    }

    /// A gateway with one key, whose line in authorized_keys begins with `options`.
    public static WireGateway start(FakeRuntime runtime, String options, UnaryOperator<GatewayConfig.Ssh> tuning) {
        return start(runtime, WireSetup.USUAL.with(options, tuning));
    }

    /// One that reads elsewhere who gets in.
    public static WireGateway start(FakeRuntime runtime, GatewayConfig.Access access) {
        return start(runtime, WireSetup.USUAL.with(access));
    }

    private static WireGateway start(FakeRuntime runtime, WireSetup setup) {
        try {
            var directory = Files.createTempDirectory(
                    "wire", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            var key = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
            var audit = new RecordingAuditLog();
            var keys = directory.resolve("authorized_keys");
            var config = config(directory, new GatewayConfig.Access(keys, Duration.ofMillis(200)), setup);
            authorize(keys, setup.options(), key);
            HOST_KEYS.putInto(config.state());
            var gateway = Gateway.start(
                    config, new Gateway.World(_ -> new ContainerAccess(runtime, runtime), audit, Clock.systemUTC()));
            HOST_KEYS.takeFrom(config.state());
            return new WireGateway(gateway, config, directory, key, audit);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void authorize(Path file, String options, KeyPair key) throws IOException {
        var line = (options.isEmpty() ? "" : options + " ") + PublicKeyEntry.toString(key.getPublic()) + " me@laptop\n";
        Files.writeString(file, line);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static GatewayConfig config(Path directory, GatewayConfig.Access usual, WireSetup setup) {
        var ssh = new GatewayConfig.Ssh(
                Duration.ofSeconds(20),
                10,
                Duration.ofSeconds(15),
                3,
                100,
                50,
                10,
                1024 * 1024,
                Duration.ofSeconds(5),
                Duration.ZERO);
        var access = setup.access();
        return new GatewayConfig(
                setup.listen(),
                directory.resolve("state"),
                access == null ? usual : access,
                setup.tuning().apply(ssh),
                setup.strangers(),
                setup.algorithms(),
                setup.forwarding(),
                new GatewayConfig.Engine(URI.create("unix:///nowhere.sock"), Duration.ofSeconds(5)),
                new GatewayConfig.ShedDefaults(
                        FakeRuntime.IMAGE, "dev", "/workspace", Duration.ofSeconds(1), "sheds", 4096, 0, 0),
                new GatewayConfig.Create("git@github.com:", "accept-new", List.of(), Optional.empty()),
                new Agents("run", "manual", "never"),
                new Audit("continue"),
                setup.recording(),
                Notifications.NONE,
                setup.metrics());
    }

    /// Gives the key another line in authorized_keys.
    public void authorize(String options) throws IOException {
        authorize(directory.resolve("authorized_keys"), options, key);
    }

    /// Lets another key in as well.
    public void authorizeToo(String options, KeyPair other) throws IOException {
        var line = options + " " + PublicKeyEntry.toString(other.getPublic()) + " other@laptop\n";
        Files.writeString(directory.resolve("authorized_keys"), line, StandardOpenOption.APPEND);
    }

    /// Where it keeps its host keys.
    public Path state() {
        return directory.resolve("state");
    }

    /// Changes `access.visibility`, as after SIGHUP.
    public void visibility(String sheds) {
        use(
                new GatewayConfig.Access(
                        config.access().authorizedKeys(),
                        config.access().trustedUserCaKeys(),
                        config.access().principals(),
                        config.access().revokedKeys(),
                        config.access().minRsaBits(),
                        config.access().recheck(),
                        sheds),
                config.strangers());
    }

    /// Changes the limits on strangers, as after SIGHUP.
    public void strangers(GatewayConfig.Strangers strangers) {
        use(config.access(), strangers);
    }

    private void use(GatewayConfig.Access access, GatewayConfig.Strangers strangers) {
        gateway.reconfigure(new GatewayConfig(
                config.listen(),
                config.state(),
                access,
                config.ssh(),
                strangers,
                config.algorithms(),
                config.forwarding(),
                config.engine(),
                config.shed(),
                config.create(),
                config.agents(),
                config.audit(),
                config.recording()));
    }

    public RecordingAuditLog audit() {
        return audit;
    }

    /// The key that may log in.
    public KeyPair key() {
        return key;
    }

    public int port() {
        return gateway.address().getPort();
    }

    /// Where its metrics are.
    public Optional<InetSocketAddress> metrics() {
        return gateway.metricsAddress();
    }

    /// A connection that is not logged in yet.
    public ClientSession connect(String userName) throws IOException {
        return client.connect(userName, "127.0.0.1", port()).verify(PATIENCE).getSession();
    }

    public ClientSession login(String userName) throws IOException {
        return loginAt(port(), userName);
    }

    /// A login through something that listens elsewhere.
    public ClientSession loginAt(int port, String userName) throws IOException {
        var session =
                client.connect(userName, "127.0.0.1", port).verify(PATIENCE).getSession();
        return authenticated(session, key);
    }

    private static ClientSession authenticated(ClientSession session, KeyPair key) throws IOException {
        session.addPublicKeyIdentity(key);
        try {
            session.auth().verify(PATIENCE);
            return session;
        } catch (IOException e) {
            session.close();
            throw e;
        }
    }

    /// A login with another key.
    public ClientSession login(String userName, KeyPair other) throws IOException {
        return authenticated(connect(userName), other);
    }

    /// How a channel ended.
    public record Result(int status, Optional<String> signal, String out, String err) {}

    /// Logs in, runs a command, and logs out.
    public Result exec(String userName, String command) throws IOException {
        return exec(userName, command, Map.of(), "");
    }

    public Result exec(String userName, String command, Map<String, String> variables, String input)
            throws IOException {
        try (var session = login(userName)) {
            return run(session.createExecChannel(command), variables, input);
        }
    }

    public Result subsystem(String userName, String name) throws IOException {
        try (var session = login(userName)) {
            return run(session.createSubsystemChannel(name), Map.of(), "");
        }
    }

    /// A shell on a terminal of 100 x 40 cells that ends when `input` does.
    public Result shell(String userName, String term, Map<String, String> variables, String input) throws IOException {
        try (var session = login(userName)) {
            return run(terminal(session, term), variables, input);
        }
    }

    /// A shell without a terminal.
    public Result pipedShell(String userName, String input) throws IOException {
        try (var session = login(userName)) {
            var channel = session.createShellChannel();
            channel.setUsePty(false);
            return run(channel, Map.of(), input);
        }
    }

    /// A shell channel on a terminal, not opened yet.
    public static PtyCapableChannelSession terminal(ClientSession session, String term) throws IOException {
        var channel = session.createShellChannel();
        channel.setUsePty(true);
        channel.setPtyType(term);
        channel.setPtyColumns(100);
        channel.setPtyLines(40);
        return channel;
    }

    /// Opens a channel, feeds it, and waits for its end.
    public static Result run(ChannelSession channel, Map<String, String> variables, String input) throws IOException {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        channel.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        channel.setOut(out);
        channel.setErr(err);
        variables.forEach(channel::setEnv);
        channel.open().verify(PATIENCE);
        return result(channel, out, err);
    }

    private static Result result(ClientChannel channel, ByteArrayOutputStream out, ByteArrayOutputStream err) {
        var events = channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE);
        if (events.contains(ClientChannelEvent.TIMEOUT)) {
            throw new AssertionError("the channel did not end; so far: " + out + err);
        }
        var status = channel.getExitStatus();
        return new Result(
                status == null ? -1 : status,
                Optional.ofNullable(channel.getExitSignal()),
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8));
    }

    /// Stops the gateway, and leaves the client to see it.
    public void stop() throws IOException {
        stopped = true;
        gateway.close();
    }

    @Override
    public void close() throws IOException {
        client.close();
        if (!stopped) {
            gateway.close();
        }
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
