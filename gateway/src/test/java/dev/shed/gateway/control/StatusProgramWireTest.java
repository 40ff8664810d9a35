package dev.shed.gateway.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `shed-gateway status` says of a gateway that runs, and of none.
class StatusProgramWireTest {
    private final FakeRuntime runtime = new FakeRuntime().with("demo");
    private final WireGateway gateway = WireGateway.start(runtime);

    private record Outcome(int status, String out) {}

    @AfterEach
    void close() throws IOException {
        gateway.close();
    }

    private static Outcome status(Path state, String... words) {
        var out = new ByteArrayOutputStream();
        int status = new StatusProgram(state, new PrintStream(out, true, UTF_8)).run(List.of(words));
        return new Outcome(status, out.toString(UTF_8));
    }

    @Test
    void itCountsWhatIsOpen() throws Exception {
        assertThat(status(gateway.state()).out()).contains("connections    0 logged in, 0 logging in, 0 dropped");
        try (var _ = gateway.login("demo");
                var _ = gateway.connect("demo")) {
            gateway.audit().await(AuditEvent.ConnectionOpened.class, 2);
            assertThat(status(gateway.state()).out()).contains("connections    1 logged in, 1 logging in, 0 dropped");
        }
        gateway.audit().await(AuditEvent.ConnectionClosed.class, 2);
        assertThat(status(gateway.state(), "--json").out())
                .contains("\"connections\":{\"logged_in\":0,\"logging_in\":0,\"dropped\":0,");
    }

    /// Over ssh as from the socket; the channel of the caller is one of those that are open.
    @Test
    void bothWaysSayTheSame() throws Exception {
        var program = status(gateway.state());
        var verb = gateway.exec("shed", "status");
        assertThat(verb.status()).isEqualTo(program.status()).isZero();
        assertThat(verb.out().lines().filter(line -> !line.matches("(uptime|connections|channels|last minute) .*")))
                .isEqualTo(program.out()
                        .lines()
                        .filter(line -> !line.matches("(uptime|connections|channels|last minute) .*"))
                        .toList());
    }

    @Test
    void aFullDiskOfTheAuditLogIsSaid() throws IOException {
        gateway.audit().fill(new ShedException(Failure.stateUnusable("/state/audit.log", "No space left on device")));
        var outcome = status(gateway.state());
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out())
                .startsWith("status         degraded\n")
                .contains("audit log      not written since 1970-01-01T00:00:00Z: ", "3 lines lost since the start");
        gateway.audit().fill(null);
        assertThat(status(gateway.state()).status()).isZero();
    }

    @Test
    void aGatewayThatDoesNotRunIsSaidToBeNotRunning() throws IOException {
        gateway.stop();
        assertThat(status(gateway.state()).status()).isEqualTo(69);
        assertThat(status(gateway.state()).out()).startsWith("status     not running\n");
        assertThat(status(gateway.state(), "--json").out()).startsWith("{\"status\":\"not-running\",\"problems\":[\"");
    }

    /// Nobody removes the socket of a gateway that was killed.
    @Test
    void aSocketThatIsLeftIsNoGatewayAndIsReplaced(@TempDir Path state) throws IOException {
        SocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(state.resolve(ControlSocket.NAME)))
                .close();
        assertThat(status(state).status()).isEqualTo(69);
        try (var _ = ControlSocket.open(state, request -> new ControlSocket.Answer(7, request + "!"))) {
            assertThat(status(state)).isEqualTo(new Outcome(7, "status!"));
        }
    }

    @Test
    void theSocketIsItsOwnersAlone() throws IOException {
        var socket = gateway.state().resolve(ControlSocket.NAME);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(gateway.state())))
                .isEqualTo("rwx------");
    }

    @Test
    void whatIsNoRequestGetsNoMoreThanALine() throws IOException {
        assertThat(ask("reload\n")).startsWith("64\n");
        assertThatThrownBy(() -> ask("x".repeat(2000) + "\n")).isInstanceOf(IOException.class);
    }

    private String ask(String request) throws IOException {
        try (var channel =
                SocketChannel.open(UnixDomainSocketAddress.of(gateway.state().resolve(ControlSocket.NAME)))) {
            channel.write(ByteBuffer.wrap(request.getBytes(UTF_8)));
            return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
        }
    }

    @Test
    void otherWordsAreRefused() {
        assertThatThrownBy(() -> status(gateway.state(), "--verbose"))
                .isInstanceOf(ShedException.class)
                .hasMessageContaining("--verbose");
    }
}
