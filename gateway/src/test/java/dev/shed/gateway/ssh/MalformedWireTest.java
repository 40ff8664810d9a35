package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.container.FakeRuntime;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bytes that are not SSH end their connection at once, not with the grace time.
class MalformedWireTest {
    /// Much less than the grace time, and much more than an answer takes.
    private static final int SOON = 8000;

    private final WireGateway gateway = WireGateway.start(new FakeRuntime());

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        socket.setSoTimeout(SOON);
        return socket;
    }

    /// What the gateway says until it closes.
    private static String answer(Socket socket) throws IOException {
        var answer = new StringBuilder();
        try {
            for (int b = socket.getInputStream().read();
                    b >= 0;
                    b = socket.getInputStream().read()) {
                answer.append((char) b);
            }
        } catch (SocketException _) {
            // It closed without reading all that was sent.
        }
        return answer.toString();
    }

    private static void send(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException _) {
            // It is closed already.
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a length of everything, ffffffff",
        "a length of nothing, 00000000",
        "a length too short, 00000001",
        "a negative length, 80000000",
        "a length of 1 MiB, 00100000",
        "a length of everything and a block, ffffffff0a00000000000000000000000000",
        "a length of nothing and a block, 000000000a00000000000000000000000000",
        "more padding than packet, 0000000cff14000000000000000000000000",
        "an empty packet, 0000000c0b0000000000000000000000",
        "a cut proposal, 0000000c0414010203040506070800000000",
    })
    void aMalformedPacketEndsAtOnce(String what, String bytes) throws IOException {
        try (var socket = connect()) {
            send(socket, "SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII));
            send(socket, HexFormat.of().parseHex(bytes));
            assertThat(answer(socket)).as(what).startsWith("SSH-2.0-shed\r\n");
        }
    }

    @Test
    void theReasonIsADisconnectMessage() throws IOException {
        try (var socket = connect()) {
            send(socket, "SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII));
            send(socket, HexFormat.of().parseHex("ffffffff00"));
            // SSH_MSG_DISCONNECT, SSH_DISCONNECT_PROTOCOL_ERROR, and a text.
            assertThat(answer(socket)).contains("\1\0\0\0\2\0\0\0\40Protocol error or corrupt packet");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001", "x", "\r", "SSH2\n"})
    void whoDoesNotSpeakSshIsToldAsBySshd(String text) throws IOException, InterruptedException {
        try (var socket = connect()) {
            send(socket, text.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(answer(socket)).contains("Invalid SSH identification string.\r\n");
        }
        gateway.audit().await(AuditEvent.AuthRefused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\r"})
    void aBannerWithoutEndIsNotHoarded(String text) throws IOException {
        try (var socket = connect()) {
            var endless = ("SSH-2.0-" + text.repeat(100_000)).getBytes(StandardCharsets.US_ASCII);
            send(socket, endless);
            assertThat(answer(socket)).startsWith("SSH-2.0-shed\r\n");
        }
    }

    /// Whoever is logged in, too: what changes a packet on its way is found by its tag.
    @Test
    void aChangedPacketEndsAtOnce() throws Exception {
        try (var relay = new TamperingRelay(gateway.port());
                var session = gateway.loginAt(relay.port(), "shed")) {
            relay.tamper();
            session.createExecChannel("version").open();
            gateway.audit().await(AuditEvent.ConnectionClosed.class);
        }
    }

    /// Passes bytes on; once told to, it changes the last byte of what the client sends.
    private static final class TamperingRelay implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final int target;
        private volatile boolean tampers;

        TamperingRelay(int target) throws IOException {
            this.target = target;
            Thread.ofVirtual().start(this::serve);
        }

        int port() {
            return listener.getLocalPort();
        }

        void tamper() {
            tampers = true;
        }

        private void serve() {
            try (var client = listener.accept();
                    var server = new Socket(InetAddress.getLoopbackAddress(), target)) {
                Thread.ofVirtual().start(() -> pump(server, client, false));
                pump(client, server, true);
            } catch (IOException _) {
                // the test is over
            }
        }

        private void pump(Socket from, Socket to, boolean fromClient) {
            byte[] buffer = new byte[64 * 1024];
            try (OutputStream out = to.getOutputStream()) {
                for (int n = from.getInputStream().read(buffer);
                        n > 0;
                        n = from.getInputStream().read(buffer)) {
                    if (fromClient && tampers) {
                        buffer[n - 1] ^= 1;
                    }
                    out.write(buffer, 0, n);
                }
            } catch (IOException _) {
                // the connection is over
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
