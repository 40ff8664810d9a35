package dev.shed.gateway.ssh.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent.ForwardClosed;
import dev.shed.gateway.audit.AuditEvent.ForwardOpened;
import dev.shed.gateway.audit.AuditEvent.ForwardRefused;
import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.FakeListener;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.ssh.raw.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What clients let listen in a shed, and who connects to it there.
class RemoteForwardWireTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final FakeRuntime runtime = new FakeRuntime().with("demo");
    private @Nullable WireGateway gateway;

    private WireGateway gateway(String options) {
        var started = WireGateway.start(runtime, options, UnaryOperator.identity());
        gateway = started;
        return started;
    }

    @AfterEach
    void stop() throws IOException {
        if (gateway != null) {
            gateway.close();
        }
    }

    private static SshdSocketAddress listen(ClientSession session, String address, int port, int localPort)
            throws IOException {
        return session.startRemotePortForwarding(
                new SshdSocketAddress(address, port), new SshdSocketAddress("127.0.0.1", localPort));
    }

    private static ServerSocket local() throws IOException {
        return new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    }

    @Test
    void whoConnectsInTheShedReachesTheClient() throws Exception {
        var at = gateway("");
        try (var session = at.login("demo");
                var here = local()) {
            listen(session, "", 8080, here.getLocalPort());
            var listener = runtime.listening().getFirst();
            assertThat(listener.place()).isEqualTo(new Endpoint.Tcp("localhost", 8080));

            var peer = listener.connect();
            peer.says("question");
            try (var accepted = here.accept()) {
                assertThat(new String(accepted.getInputStream().readNBytes(8), StandardCharsets.UTF_8))
                        .isEqualTo("question");
                accepted.getOutputStream().write("answer".getBytes(StandardCharsets.UTF_8));
                peer.awaitHeard("answer");
                peer.saysNoMore();
            }
            peer.awaitClosed();
            assertThat(at.audit().await(ForwardClosed.class).bytesIn()).isEqualTo(6);
            assertThat(at.audit().events(ForwardOpened.class))
                    .extracting(event ->
                            event.forward().kind() + " " + event.forward().target())
                    .containsExactly("tcpip-forward localhost:8080", "forwarded-tcpip localhost:8080");
        }
    }

    /// The address counts as it is asked for. Patterns of hosts and ports leave no unix sockets.
    @ParameterizedTest
    @CsvSource({
        "localhost, 8080, true",
        "localhost, 9000, true",
        "'', 9000, true",
        "'', 8080, false",
        "127.0.0.1, 8080, false",
        "localhost, 8081, false",
        "localhost, 0, false",
        "/tmp/socket, -1, false",
    })
    void aKeyMayListenWhereItsLinePermits(String address, int port, boolean permitted) throws Exception {
        gateway = gateway("permitlisten=\"localhost:8080\",permitlisten=\"9000\"");
        try (var client = RawClient.login(gateway, "demo")) {
            if (port < 0) {
                client.send(SshConstants.SSH_MSG_GLOBAL_REQUEST, "streamlocal-forward@openssh.com", true, address);
            } else {
                client.send(SshConstants.SSH_MSG_GLOBAL_REQUEST, "tcpip-forward", true, address, port);
            }
            client.nextGlobal().require(permitted ? "REQUEST_SUCCESS" : "REQUEST_FAILURE");
            assertThat(runtime.listening()).hasSize(permitted ? 1 : 0);
            assertThat(gateway.audit().events(ForwardRefused.class))
                    .extracting(ForwardRefused::reason)
                    .allMatch(why -> why.startsWith("this key may not listen on "))
                    .hasSize(permitted ? 0 : 1);
        }
    }

    @Test
    void aFreePortIsTold() throws Exception {
        try (var session = gateway("").login("demo")) {
            var bound = listen(session, "0.0.0.0", 0, 1);
            assertThat(bound.getPort()).isEqualTo(runtime.listening().getFirst().port());
            // Loopback, whatever was asked for.
            assertThat(runtime.listening().getFirst().place()).isEqualTo(new Endpoint.Tcp("localhost", 0));
        }
    }

    @ParameterizedTest
    @CsvSource({"'', *", "0.0.0.0, 0.0.0.0", "localhost, localhost", "172.17.0.2, 172.17.0.2"})
    void aGatewayMayListenWhereItIsAsked(String asked, String at) throws Exception {
        gateway = WireGateway.start(runtime, new GatewayConfig.Forwarding(20, 30, "as-asked", "keep", "refuse"));
        try (var client = RawClient.login(gateway, "demo")) {
            client.send(SshConstants.SSH_MSG_GLOBAL_REQUEST, "tcpip-forward", true, asked, 8080);
            client.nextGlobal().require("REQUEST_SUCCESS");
            assertThat(runtime.listening().getFirst().place()).isEqualTo(new Endpoint.Tcp(at, 8080));
        }
    }

    @Test
    void aGatewayMayReplaceAUnixSocket() throws Exception {
        gateway = WireGateway.start(runtime, new GatewayConfig.Forwarding(20, 30, "loopback", "replace", "refuse"));
        try (var client = RawClient.login(gateway, "demo")) {
            for (int i = 0; i < 2; i++) {
                client.send(SshConstants.SSH_MSG_GLOBAL_REQUEST, "streamlocal-forward@openssh.com", true, "/tmp/x");
                client.nextGlobal().require("REQUEST_SUCCESS");
            }
        }
    }

    @Test
    void cancellingStopsIt() throws Exception {
        var at = gateway("");
        try (var session = at.login("demo")) {
            var bound = listen(session, "localhost", 8081, 1);
            session.stopRemotePortForwarding(bound);
            at.audit().await(ForwardClosed.class);
            assertThat(runtime.listening()).isEmpty();
            listen(session, "localhost", 8081, 1);
        }
    }

    @Test
    void theEndOfTheConnectionStopsIt() throws Exception {
        var at = gateway("");
        try (var session = at.login("demo")) {
            listen(session, "localhost", 8081, 1);
            listen(session, "localhost", 8082, 1);
        }
        at.audit().await(ForwardClosed.class, 2);
        assertThat(runtime.listening()).isEmpty();
    }

    @Test
    void aClientThatRefusesLeavesNothing() throws Exception {
        var at = gateway("");
        try (var session = at.login("demo")) {
            listen(session, "localhost", 8080, closedPort());
            var peer = runtime.listening().getFirst().connect();
            peer.awaitClosed();
            assertThat(at.audit().await(ForwardRefused.class).forward().kind()).isEqualTo("forwarded-tcpip");
        }
    }

    private static int closedPort() throws IOException {
        try (var here = local()) {
            return here.getLocalPort();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-port-forwarding", "restrict", "role=\"viewer\"", "sheds=\"other\""})
    void aKeysOptionsAreHeeded(String options) throws Exception {
        try (var session = gateway(options).login("demo")) {
            assertThatThrownBy(() -> listen(session, "localhost", 8080, 1)).isInstanceOf(SshException.class);
            assertThat(runtime.listening()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"shed", "stopped"})
    void neitherTheLobbyNorAStoppedShedListens(String login) throws Exception {
        runtime.with("stopped", State.STOPPED);
        try (var session = gateway("").login(login)) {
            assertThatThrownBy(() -> listen(session, "localhost", 8080, 1)).isInstanceOf(SshException.class);
            assertThat(runtime.listening()).isEmpty();
        }
    }

    @Test
    void aPlaceThatIsTakenIsRefusedAndTheConnectionLives() throws Exception {
        var at = gateway("");
        try (var one = at.login("demo");
                var two = at.login("demo")) {
            listen(one, "localhost", 8080, 1);
            assertThatThrownBy(() -> listen(two, "localhost", 8080, 1)).isInstanceOf(SshException.class);
            listen(two, "localhost", 8081, 1);
            assertThat(at.audit().await(ForwardRefused.class).reason())
                    .contains("in use: it belongs to conn-1 of me@laptop until that connection ends");
        }
    }

    /// What OpenSSH's client shows with -v: the answer itself has no room for it.
    @Test
    void aRefusedListenerIsToldWithTheReason() throws Exception {
        var at = gateway("");
        try (var one = at.login("demo");
                var two = RawClient.login(at, "demo")) {
            listen(one, "localhost", 8080, 1);
            two.send(SshConstants.SSH_MSG_GLOBAL_REQUEST, "tcpip-forward", true, "", 8080);
            two.nextGlobal().require("REQUEST_FAILURE");
            assertThat(two.debugMessages())
                    .singleElement()
                    .asString()
                    .startsWith("tcpip-forward refused: localhost:8080: Address already in use: it belongs to conn-1");
        }
    }

    /// The answers carry no name: a client takes the first one for its first request.
    @Test
    void answersComeInTheOrderOfTheRequests() throws Exception {
        try (var session = gateway("").login("demo")) {
            var answers = new LinkedBlockingQueue<String>();
            for (int i = 0; i < 20; i++) {
                var name = i % 2 == 0 ? "tcpip-forward" : "keepalive@openssh.com";
                var request = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST, 64);
                request.putString(name);
                request.putBoolean(true);
                if (i % 2 == 0) {
                    request.putString("localhost");
                    request.putUInt(0);
                }
                session.request(
                        request,
                        name,
                        (_, buffer) -> answers.add(name + (buffer.available() > 0 ? " with a port" : "")));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isEqualTo(i % 2 == 0 ? "tcpip-forward with a port" : "keepalive@openssh.com");
            }
        }
    }

    @Test
    void aUnixSocketIsListenedOn() throws Exception {
        try (var session = gateway("").login("demo")) {
            var request = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST, 64);
            request.putString("streamlocal-forward@openssh.com");
            request.putBoolean(true);
            request.putString("/tmp/x.sock");
            var answer = session.request("streamlocal-forward@openssh.com", request, PATIENCE);
            assertThat(answer).isNotNull();
            assertThat(runtime.listening())
                    .extracting(FakeListener::place)
                    .isEqualTo(List.of(new Endpoint.Unix("/tmp/x.sock")));
        }
    }
}
