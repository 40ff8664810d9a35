package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.config.GatewayConfig.Ssh;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.ExitStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Random;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.core.CoreModuleProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Much output, of which several packets are sent together where the client takes them.
class BulkOutputWireTest {
    private static final int PIECE = 128 * 1024;
    private static final int PIECES = 64;

    private final byte[] piece = new byte[PIECE];
    private final FakeRuntime runtime = new FakeRuntime()
            .with("demo")
            .programs(_ -> Optional.of(new FakeProcess((_, streams) -> {
                for (int i = 0; i < PIECES; i++) {
                    streams.out().write(piece);
                    streams.err().write('.');
                    streams.err().flush();
                }
                return ExitStatus.SUCCESS;
            })));
    private WireGateway gateway;

    @BeforeEach
    void start() throws IOException {
        new Random(1).nextBytes(piece);
        gateway = WireGateway.start(runtime);
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    private byte[] wanted() {
        var all = new ByteArrayOutputStream();
        for (int i = 0; i < PIECES; i++) {
            all.writeBytes(piece);
        }
        return all.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({"33000, 32768", "70000, 32768", "262144, 32768", "300000, 20000", "300000, 1000", "2097152, 32768"})
    void whateverTheWindowAllArrives(long window, long packet) throws Exception {
        try (var session = gateway.login("demo")) {
            CoreModuleProperties.WINDOW_SIZE.set(session, window);
            CoreModuleProperties.MAX_PACKET_SIZE.set(session, packet);
            assertThat(output(session.createExecChannel("x"))).isEqualTo(wanted());
        }
    }

    /// It has room for two packets.
    @Test
    void withTheSmallestQueueAllArrives() throws Exception {
        try (var small = WireGateway.start(runtime, "", BulkOutputWireTest::smallestQueue);
                var session = small.login("demo")) {
            assertThat(output(session.createExecChannel("x"))).isEqualTo(wanted());
        }
    }

    private static Ssh smallestQueue(Ssh ssh) {
        return new Ssh(
                ssh.loginGrace(),
                ssh.maxAuthTries(),
                ssh.keepaliveInterval(),
                ssh.keepaliveCount(),
                ssh.maxConnections(),
                ssh.maxConnectionsPerKey(),
                ssh.maxChannels(),
                64 * 1024,
                ssh.hangupGrace(),
                ssh.drainTimeout());
    }

    /// A key exchange waits for no packet that waits for others.
    @Test
    void acrossKeyExchangesAllArrives() throws Exception {
        try (var session = gateway.login("demo")) {
            CoreModuleProperties.REKEY_BYTES_LIMIT.set(session, 500_000L);
            assertThat(output(session.createExecChannel("x"))).isEqualTo(wanted());
        }
    }

    private static byte[] output(ClientChannel channel) throws IOException {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        channel.setOut(out);
        channel.setErr(err);
        channel.open().verify(20_000);
        assertThat(channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), 25_000))
                .contains(ClientChannelEvent.CLOSED);
        assertThat(err.size()).isEqualTo(PIECES);
        return out.toByteArray();
    }
}
