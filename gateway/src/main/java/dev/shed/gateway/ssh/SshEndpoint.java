package dev.shed.gateway.ssh;

import dev.shed.gateway.access.AddressBlock;
import dev.shed.gateway.access.LoginPolicy;
import dev.shed.gateway.audit.AuditLog;
import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.ssh.connection.AuthorizationCheck;
import dev.shed.gateway.ssh.connection.ConnectionMessages;
import dev.shed.gateway.ssh.connection.ConnectionTracker;
import dev.shed.gateway.ssh.connection.GatewaySession;
import dev.shed.gateway.ssh.connection.HostKeysProof;
import dev.shed.gateway.ssh.connection.Ipv4Wildcard;
import dev.shed.gateway.ssh.connection.KeyAuthenticator;
import dev.shed.gateway.ssh.connection.KeyLogin;
import dev.shed.gateway.ssh.connection.LoginStage;
import dev.shed.gateway.ssh.key.Algorithms;
import dev.shed.gateway.ssh.key.HostCertificates;
import dev.shed.gateway.ssh.key.HostIdentity;
import dev.shed.gateway.ssh.session.SessionChannel;
import dev.shed.gateway.ssh.socket.ClientSockets;
import dev.shed.gateway.startup.BlockSize;
import dev.shed.gateway.startup.MaxStartups;
import dev.shed.gateway.startup.PenaltyRules;
import dev.shed.gateway.startup.Startups;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.global.KeepAliveHandler;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.threads.NoCloseExecutor;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.apache.sshd.server.session.ServerUserAuthServiceFactory;
import org.apache.sshd.server.session.SessionFactory;

/// The SSH server: configures MINA for the gateway, listens and closes. [#properties] gives the reasons for settings
/// that differ from MINA's defaults.
public final class SshEndpoint implements AutoCloseable {
    /// Not "OpenSSH_…": clients enable workarounds and extensions by that name, and the gateway lacks some of
    /// them.
    private static final String IDENTIFICATION = "shed";

    /// In effect never, for settings that require a positive time.
    private static final Duration NEVER = Duration.ofDays(365);

    private final Ipv4Wildcard.Server server;
    private final ExecutorService threads;
    private final ConnectionTracker tracker;
    private final AuthorizationCheck check;
    private final HostIdentity identity;
    private volatile boolean listens;

    /// The parts that the endpoint needs to serve logins.
    ///
    /// @param channels serves the session channels and the forwards
    public record Parts(
            LoginPolicy logins,
            HostIdentity identity,
            SessionChannel.Services channels,
            AuditLog audit,
            LoginStage.Listener stages,
            Clock clock) {}

    /// Configures the server; [#start] makes it listen. Fails with `CONFIG` if the host key cannot be used.
    public SshEndpoint(GatewayConfig config, Parts parts) {
        var ssh = config.ssh();
        identity = parts.identity();
        // Platform threads, because the operating system shares the processors among them: a client whose
        // packets need much computing (key exchanges, proofs, compression) does not delay the others. A
        // virtual thread keeps its processor until it blocks.
        threads = Executors.newCachedThreadPool(
                Thread.ofPlatform().name("ssh-io-", 0).daemon().factory());
        server = (Ipv4Wildcard.Server)
                ServerBuilder.builder().factory(Ipv4Wildcard.Server::new).build();
        server.setHost(config.listen().address());
        server.setPort(config.listen().port());
        // Authentication and channel set-up run on I/O threads. With MINA's default of three, one slow login
        // would block all clients.
        server.setIoServiceFactoryFactory(new ClientSockets(() -> new NoCloseExecutor(threads)));
        algorithms(new Algorithms(config.algorithms()));
        properties(ssh);

        tracker = new ConnectionTracker(
                limits(config),
                ssh.keepaliveInterval(),
                ssh.keepaliveCount(),
                blocks(config.listen().proxyProtocol()),
                parts.audit(),
                parts.stages(),
                parts.clock());
        check = new AuthorizationCheck(
                tracker, parts.logins(), parts.audit(), config.access().recheck());
        server.setSessionFactory(new LimitedSessionFactory(server, tracker));
        server.addSessionListener(tracker);
        server.setServiceFactories(List.of(ServerUserAuthServiceFactory.INSTANCE, new ConnectionMessages.Factory()));
        server.setUserAuthFactories(List.of(new KeyLogin.Factory(parts.logins())));
        server.setPublickeyAuthenticator(new KeyAuthenticator(parts.logins()));
        server.setKeyboardInteractiveAuthenticator(null);
        server.setPasswordAuthenticator(null);

        channels(parts.channels());
    }

    private static ConnectionTracker.Limits limits(GatewayConfig config) {
        var ssh = config.ssh();
        var strangers = config.strangers();
        var startups = new Startups.Rules(
                MaxStartups.parse(strangers.maxStartups()),
                strangers.perSourceMaxStartups(),
                strangers.perNetworkMaxStartups(),
                BlockSize.parse(strangers.perSourceNetBlockSize()),
                PenaltyRules.parse(strangers.perSourcePenalties()),
                blocks(strangers.penaltyExempt()));
        return new ConnectionTracker.Limits(
                ssh.maxConnections(), ssh.maxConnectionsPerKey(), Math.toIntExact(ssh.queuedOutput()), startups);
    }

    private static List<AddressBlock> blocks(List<String> texts) {
        return texts.stream().map(AddressBlock::parse).toList();
    }

    /// Applies changed settings to connections that are accepted from now on.
    public void reconfigure(GatewayConfig config) {
        var ssh = config.ssh();
        properties(ssh);
        check.reconfigure(config.access().recheck());
        tracker.reconfigure(limits(config), ssh.keepaliveInterval(), ssh.keepaliveCount());
    }

    private void channels(SessionChannel.Services services) {
        var forwarding = services.forwarding();
        var factories = new ArrayList<ChannelFactory>(forwarding.channels());
        factories.add(new SessionChannelFactory(services));
        server.setChannelFactories(factories);
        // MINA's forwarding would connect from the gateway's host, so all of it is disabled.
        server.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
        server.setGlobalRequestHandlers(
                List.of(forwarding.globalRequests(List.of(new KeepAliveHandler(), new HostKeysProof()))));
    }

    private void algorithms(Algorithms algorithms) {
        server.setKeyPairProvider(KeyPairProvider.wrap(identity.keys()));
        server.setHostKeyCertificateProvider(new HostCertificates(identity.certificates()));
        server.addSessionListener(algorithms);
        server.setKeyExchangeFactories(algorithms.keyExchanges());
        server.setCipherFactories(algorithms.ciphers());
        server.setMacFactories(algorithms.macs());
        server.setCompressionFactories(Algorithms.compressions());
        server.setSignatureFactories(Algorithms.hostSignatures());
    }

    private void properties(GatewayConfig.Ssh ssh) {
        CoreModuleProperties.SERVER_IDENTIFICATION.set(server, IDENTIFICATION);
        // With Nagle's algorithm every command on an open connection takes 40 ms longer.
        CoreModuleProperties.TCP_NODELAY.set(server, true);
        CoreModuleProperties.SOCKET_KEEPALIVE.set(server, true);
        CoreModuleProperties.SOCKET_BACKLOG.set(server, 1024);
        // A session may be silent for hours. Keepalive detects clients that have vanished.
        CoreModuleProperties.IDLE_TIMEOUT.set(server, Duration.ZERO);
        CoreModuleProperties.AUTH_TIMEOUT.set(server, ssh.loginGrace());
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(server, ssh.maxAuthTries());
        // By default a client that does not read for 30 s (a pager, a suspended laptop) loses its connection.
        CoreModuleProperties.NIO2_MIN_WRITE_TIMEOUT.set(server, Duration.ZERO);
        CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(server, NEVER);
        // As in sshd, only the amount of data triggers a new key exchange. A time limit would cause traffic
        // on idle connections.
        CoreModuleProperties.REKEY_TIME_LIMIT.set(server, Duration.ZERO);
    }

    /// Starts accepting connections. Fails with `CONFIG` if the address cannot be bound.
    public void start() {
        try {
            server.start();
        } catch (IOException e) {
            throw cannotListen(server.getHost(), server.getPort(), e);
        }
        check.start();
        identity.log();
        listens = true;
    }

    /// Whether clients can connect.
    public boolean listens() {
        return listens;
    }

    /// Fails as [#start] would if the address cannot be bound at this moment.
    public static void requireFree(GatewayConfig.Listen listen) {
        try (var socket = ServerSocketChannel.open()) {
            socket.bind(Ipv4Wildcard.exactly(resolved(listen)));
        } catch (IOException e) {
            throw cannotListen(listen.address(), listen.port(), e);
        }
    }

    private static InetSocketAddress resolved(GatewayConfig.Listen listen) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(listen.address()), listen.port());
    }

    private static ShedException cannotListen(String host, int port, IOException e) {
        var where = "listen: " + host + " port " + port;
        var problem = switch (e) {
            case BindException taken -> String.valueOf(taken.getMessage());
            case UnknownHostException _ -> "there is no such address";
            default -> e.getClass().getSimpleName() + ": " + e.getMessage();
        };
        return new ShedException(Failure.config(where, problem, "an address of this host and a free port"), e);
    }

    /// The listening address. Its port is the actual one even if port 0 was configured.
    public InetSocketAddress address() {
        return new InetSocketAddress(server.getHost(), server.getPort());
    }

    /// Stops accepting, and closes all connections but those with requests under way; waits until these have ended.
    ///
    /// @param limit the longest time to wait
    /// @param hurry ends the wait when it is counted down
    public void drain(Duration limit, CountDownLatch hurry) throws InterruptedException {
        listens = false;
        server.stopAccepting();
        new Drain(server::getActiveSessions, hurry).await(limit);
    }

    /// Stops accepting, sends every client the reason, and closes all connections. Sessions in the sheds keep
    /// running.
    @Override
    public void close() throws IOException {
        listens = false;
        check.close();
        for (var session : server.getActiveSessions()) {
            session.disconnect(SshConstants.SSH2_DISCONNECT_BY_APPLICATION, Drain.GOODBYE);
        }
        server.stop(true);
        threads.shutdown();
    }

    private record SessionChannelFactory(SessionChannel.Services services) implements ChannelFactory {
        @Override
        public String getName() {
            return "session";
        }

        @Override
        public Channel createChannel(Session session) {
            return new SessionChannel(services);
        }
    }

    /// Asks the tracker before a connection uses resources. Refusing it later, in a listener, would leak the
    /// socket.
    private static final class LimitedSessionFactory extends SessionFactory {
        private final ConnectionTracker tracker;

        LimitedSessionFactory(SshServer server, ConnectionTracker tracker) {
            super(server);
            this.tracker = tracker;
        }

        @Override
        protected ServerSessionImpl doCreateSession(IoSession socket) throws Exception {
            var stranger = tracker.admit(socket);
            try {
                return new GatewaySession(getServer(), socket, tracker, stranger);
            } catch (Exception e) {
                tracker.release(stranger);
                throw e;
            }
        }
    }
}
