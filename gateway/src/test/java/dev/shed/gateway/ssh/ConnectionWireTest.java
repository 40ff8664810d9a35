package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.config.GatewayConfig.Ssh;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.common.kex.KexProposalOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Connections: their limits, what is negotiated, and peers that fall silent.
class ConnectionWireTest {
    private final FakeRuntime runtime =
            new FakeRuntime().with("demo").programs(_ -> Optional.of(FakeProcess.hanging()));
    private final WireGateway gateway = WireGateway.start(runtime, "", ConnectionWireTest::impatient);

    private static Ssh impatient(Ssh ssh) {
        return new Ssh(
                Duration.ofSeconds(6),
                ssh.maxAuthTries(),
                Duration.ofMillis(500),
                4,
                8,
                8,
                ssh.maxChannels(),
                ssh.queuedOutput(),
                ssh.hangupGrace(),
                ssh.drainTimeout());
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    @Test
    void aPeerThatAnswersStays() throws Exception {
        try (var session = gateway.login("demo")) {
            var channel = session.createExecChannel("x");
            channel.open().verify(20_000);
            // Far more keepalives than may stay unanswered.
            assertThat(channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), 3000))
                    .contains(ClientChannelEvent.TIMEOUT);
            assertThat(session.isOpen()).isTrue();
        }
    }

    @Test
    void aPeerThatFallsSilentIsClosedAndItsProcessEnded() throws Exception {
        try (var session = gateway.login("demo")) {
            session.createExecChannel("x").open().verify(20_000);
            gateway.audit().await(AuditEvent.ChannelStarted.class);
            session.getIoSession().suspendRead();
            var ended = gateway.audit().await(AuditEvent.ChannelEnded.class);
            assertThat(ended.ending().outcome()).isEqualTo("peer-gone");
            gateway.audit().await(AuditEvent.ConnectionClosed.class);
        }
    }

    /// The question waits behind the output, for longer than a peer may be silent.
    @Test
    void aPeerThatTakesItsTimeStays() throws Exception {
        var output = "x".repeat(500_000);
        runtime.programs(_ -> Optional.of(FakeProcess.printing(output, "", 0)));
        try (var link = new SlowLink(gateway.port(), 10_000_000);
                var session = gateway.loginAt(link.port(), "demo")) {
            link.speed(150_000);
            assertThat(WireGateway.run(session.createExecChannel("x"), Map.of(), "")
                            .out())
                    .isEqualTo(output);
        }
    }

    @Test
    void aPeerThatTypesStaysThoughItNeverAnswers() throws Exception {
        try (var session = gateway.login("demo")) {
            var channel = session.createExecChannel("x");
            channel.open().verify(20_000);
            session.getIoSession().suspendRead();
            for (int i = 0; i < 20; i++) {
                channel.getInvertedIn().write('x');
                channel.getInvertedIn().flush();
                assertThat(channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), 200))
                        .contains(ClientChannelEvent.TIMEOUT);
            }
            assertThat(gateway.audit().events(AuditEvent.ConnectionClosed.class))
                    .isEmpty();
        }
    }

    /// However much is waiting to be sent to it.
    @Test
    void aPeerThatTakesNothingMoreIsClosed() throws Exception {
        runtime.programs(_ -> Optional.of(new FakeProcess((_, streams) -> {
            while (true) {
                streams.print("y".repeat(10_000));
            }
        })));
        try (var link = new SlowLink(gateway.port(), 10_000_000);
                var session = gateway.loginAt(link.port(), "demo")) {
            session.createExecChannel("x").open().verify(20_000);
            link.speed(0);
            gateway.audit().await(AuditEvent.ConnectionClosed.class);
            assertThat(gateway.audit()
                            .await(AuditEvent.ChannelEnded.class)
                            .ending()
                            .outcome())
                    .isEqualTo("peer-gone");
        }
    }

    @Test
    void whoDoesNotLogInIsClosedAfterTheGraceTime() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            assertThat(readAll(socket.getInputStream())).startsWith("SSH-2.0-shed");
        }
        assertThat(gateway.audit().await(AuditEvent.AuthRefused.class).reason()).isEqualTo("no key offered");
    }

    @Test
    void theBestOfBothSidesIsNegotiated() throws Exception {
        try (var session = gateway.login("demo")) {
            assertThat(session.getServerKexProposals().get(KexProposalOption.ALGORITHMS))
                    .startsWith("mlkem768x25519-sha256,sntrup761x25519-sha512,");
            assertThat(session.getNegotiatedKexParameter(KexProposalOption.SERVERKEYS))
                    .isEqualTo("ssh-ed25519");
            assertThat(session.getServerKexProposals().get(KexProposalOption.C2SENC))
                    .doesNotContain("chacha20", "cbc");
            assertThat(session.getServerKexProposals().get(KexProposalOption.C2SMAC))
                    .doesNotContain("sha1")
                    .contains("etm");
        }
    }

    /// sshd repeats it, and a client that goes by the last proposal would no longer reset its sequence numbers.
    @Test
    void theMarkerOfTheStrictKeyExchangeIsInLaterProposalsToo() throws Exception {
        runtime.programs(_ -> Optional.of(FakeProcess.printing("fine", "", 0)));
        try (var session = gateway.login("demo")) {
            for (int i = 0; i < 3; i++) {
                assertThat(session.getServerKexProposals().get(KexProposalOption.ALGORITHMS))
                        .containsOnlyOnce("kex-strict-s-v00@openssh.com");
                session.reExchangeKeys().verify(Duration.ofSeconds(20));
                assertThat(session.executeRemoteCommand("x")).isEqualTo("fine");
            }
        }
    }

    private static String readAll(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
}
