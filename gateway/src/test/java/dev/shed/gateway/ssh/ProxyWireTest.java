package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.config.GatewayConfig.Ssh;
import dev.shed.gateway.config.GatewayConfig.Strangers;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Behind a proxy the client is who the proxy says; without one nobody says who it is.
class ProxyWireTest {
    private static final byte[] BINARY =
            HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111000cc0000201c6336402dc040016");
    private static final byte[] LOCAL = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000");

    private final AtomicReference<Map<String, String>> environment = new AtomicReference<>(Map.of());
    private final FakeRuntime runtime = new FakeRuntime().with("demo").programs(spec -> {
        environment.set(spec.environment());
        return Optional.of(FakeProcess.printing("", "", 0));
    });
    private final WireGateway gateway = start(List.of("127.0.0.0/8"), WireGateway.STRANGERS);

    private WireGateway start(List<String> proxies, Strangers strangers) {
        return WireGateway.start(runtime, strangers, proxies, UnaryOperator.identity());
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    private static byte[] line(String text) {
        return (text + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /// Passes one connection on, with a header before it.
    private record Proxy(ServerSocket listener) implements AutoCloseable {
        static Proxy to(int target, byte[] header) throws IOException {
            var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(() -> serve(listener, target, header));
            return new Proxy(listener);
        }

        private static void serve(ServerSocket listener, int target, byte[] header) {
            try (var client = listener.accept();
                    var server = new Socket(InetAddress.getLoopbackAddress(), target)) {
                // In two pieces, as a network may have it.
                server.getOutputStream().write(header, 0, header.length / 2);
                server.getOutputStream().flush();
                server.getOutputStream().write(header, header.length / 2, header.length - header.length / 2);
                Thread.ofVirtual().start(() -> pump(server, client));
                pump(client, server);
            } catch (IOException _) {
                // the test is over
            }
        }

        private static void pump(Socket from, Socket to) {
            try {
                from.getInputStream().transferTo(to.getOutputStream());
                to.close();
            } catch (IOException _) {
                // the connection is over
            }
        }

        int port() {
            return listener.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    private void execThrough(byte[] header) throws IOException {
        try (var proxy = Proxy.to(gateway.port(), header);
                var session = gateway.loginAt(proxy.port(), "demo")) {
            WireGateway.run(session.createExecChannel("env"), Map.of(), "");
        }
    }

    @Test
    void theClientsAddressIsInTheAuditLogAndInTheEnvironment() throws Exception {
        execThrough(line("PROXY TCP4 192.0.2.1 198.51.100.2 56324 22"));
        assertThat(gateway.audit().await(AuditEvent.AuthAccepted.class).origin().peer())
                .isEqualTo("192.0.2.1:56324");
        assertThat(gateway.audit().events(AuditEvent.ConnectionOpened.class))
                .singleElement()
                .satisfies(opened -> assertThat(opened.origin().peer()).isEqualTo("192.0.2.1:56324"));
        assertThat(environment.get())
                .containsEntry("SSH_CONNECTION", "192.0.2.1 56324 198.51.100.2 22")
                .containsEntry("SSH_CLIENT", "192.0.2.1 56324 22");
    }

    @Test
    void version2SaysTheSame() throws Exception {
        execThrough(BINARY);
        assertThat(environment.get()).containsEntry("SSH_CONNECTION", "192.0.2.1 56324 198.51.100.2 22");
    }

    @Test
    void aConnectionOfTheProxyItselfHasTheProxysAddress() throws Exception {
        execThrough(LOCAL);
        assertThat(gateway.audit().await(AuditEvent.AuthAccepted.class).origin().peer())
                .startsWith("127.0.0.1:");
    }

    @Test
    void fromInAuthorizedKeysIsAboutTheClient() throws Exception {
        gateway.authorize("from=\"192.0.2.0/24\"");
        execThrough(line("PROXY TCP4 192.0.2.1 198.51.100.2 56324 22"));
        assertThatThrownBy(() -> execThrough(line("PROXY TCP4 192.0.3.1 198.51.100.2 56324 22")))
                .isInstanceOf(IOException.class);
        assertThat(gateway.audit().await(AuditEvent.AuthRefused.class).origin().peer())
                .isEqualTo("192.0.3.1:56324");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-x\r\n", "PROXY TCP4 192.0.2.1 198.51.100.2 56324\r\n", "GET / HTTP/1.1\r\n"})
    void fromAProxyTheHeaderIsRequired(String text) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        }
        assertThat(gateway.audit().await(AuditEvent.ConnectionDropped.class).reason())
                .isEqualTo("dropped: no PROXY header, which listen.proxy-protocol requires of this address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PROXY TCP4 192.0.2.1"})
    void aProxyDoesNotHoldAConnectionWithoutSayingWhoIsThere(String text) throws Exception {
        try (var other = WireGateway.start(
                        runtime, WireGateway.STRANGERS, List.of("127.0.0.1"), ProxyWireTest::withLittleGrace);
                var socket = new Socket(InetAddress.getLoopbackAddress(), other.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
            assertThat(other.audit().await(AuditEvent.ConnectionDropped.class).reason())
                    .startsWith("dropped: no PROXY header");
        }
    }

    private static Ssh withLittleGrace(Ssh ssh) {
        return new Ssh(
                Duration.ofMillis(500),
                ssh.maxAuthTries(),
                ssh.keepaliveInterval(),
                ssh.keepaliveCount(),
                ssh.maxConnections(),
                ssh.maxConnectionsPerKey(),
                ssh.maxChannels(),
                ssh.queuedOutput(),
                ssh.hangupGrace(),
                ssh.drainTimeout());
    }

    @Test
    void fromAnybodyElseAHeaderIsNoSsh() throws Exception {
        try (var other = start(List.of("192.0.2.7"), WireGateway.STRANGERS);
                var socket = new Socket(InetAddress.getLoopbackAddress(), other.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(line("PROXY TCP4 192.0.2.1 198.51.100.2 56324 22"));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .contains("Invalid SSH identification string.");
            assertThat(other.audit()
                            .await(AuditEvent.AuthRefused.class)
                            .origin()
                            .peer())
                    .startsWith("127.0.0.1:");
        }
    }

    /// Whoever comes through the proxy is a source of its own.
    @Test
    void limitsAndPenaltiesAreTheClients() throws Exception {
        var strict = new Strangers("20:30:40", 1, 20, "32:64", "protocol-error:20s", List.of());
        try (var other = start(List.of("127.0.0.1"), strict)) {
            try (var one = through(other, "192.0.2.1");
                    var three = through(other, "192.0.2.2")) {
                assertThat(one.getInputStream().read()).isEqualTo('S');
                assertThat(three.getInputStream().read()).isEqualTo('S');
                try (var two = through(other, "192.0.2.1")) {
                    assertThat(new String(two.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                            .isEqualTo("Not allowed at this time\r\n");
                }
                three.getOutputStream().write(line("garbage"));
                other.audit().await(AuditEvent.ConnectionClosed.class);
            }
            try (var again = through(other, "192.0.2.2")) {
                assertThat(again.getInputStream().readAllBytes()).startsWith('N', 'o', 't');
            }
            assertThat(other.audit().await(AuditEvent.ConnectionDropped.class, 2))
                    .extracting(AuditEvent.ConnectionDropped::reason)
                    .containsExactly("dropped: per-source-max-startups", "dropped: penalty: sent what is not SSH");
        }
    }

    private static Socket through(WireGateway gateway, String client) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(line("PROXY TCP4 " + client + " 198.51.100.2 56324 22"));
        return socket;
    }
}
