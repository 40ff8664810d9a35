package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.config.GatewayConfig.Ssh;
import dev.shed.gateway.config.GatewayConfig.Strangers;
import dev.shed.gateway.container.FakeRuntime;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.AbstractUserAuth;
import org.apache.sshd.client.auth.UserAuth;
import org.apache.sshd.client.auth.UserAuthFactory;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.buffer.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Connections that do not log in: how many there may be, and who has to wait.
class StrangersWireTest {
    private static final String PENALTIES =
            "crash:90s protocol-error:10s authfail:5s noauth:1s grace-exceeded:10s min:15s max:10m";

    private static final String NOT_ALLOWED = "Not allowed at this time\r\n";

    private final List<Closeable> open = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (var each : open.reversed()) {
            each.close();
        }
    }

    private WireGateway gateway(String maxStartups, int perSource, int perNetwork, String penalties) {
        return gateway(new Strangers(maxStartups, perSource, perNetwork, "32:64", penalties, List.of()));
    }

    private WireGateway gateway(Strangers strangers) {
        var gateway = WireGateway.start(new FakeRuntime(), strangers, List.of(), StrangersWireTest::impatient);
        open.add(gateway::close);
        return gateway;
    }

    private static Ssh impatient(Ssh ssh) {
        return new Ssh(
                Duration.ofSeconds(8),
                ssh.maxAuthTries(),
                ssh.keepaliveInterval(),
                ssh.keepaliveCount(),
                5,
                3,
                ssh.maxChannels(),
                ssh.queuedOutput(),
                ssh.hangupGrace(),
                ssh.drainTimeout());
    }

    private Socket connect(WireGateway gateway, String from) throws IOException {
        var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), gateway.port(), InetAddress.ofLiteral(from), 0);
        socket.setSoTimeout(20_000);
        open.add(socket);
        return socket;
    }

    /// Its first byte is there, so it has a place.
    private Socket admitted(WireGateway gateway, String from) throws IOException {
        var socket = connect(gateway, from);
        assertThat(socket.getInputStream().read()).isEqualTo('S');
        return socket;
    }

    private static String all(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static void logsIn(WireGateway gateway) throws IOException {
        try (var session = gateway.login("shed")) {
            assertThat(session.isAuthenticated()).isTrue();
        }
    }

    @Test
    void oneSourceHasSoManyPlacesAndOthersGetIn() throws Exception {
        var gateway = gateway("20:30:40", 3, 20, "no");
        for (int i = 0; i < 3; i++) {
            admitted(gateway, "127.0.0.2");
        }
        assertThat(all(connect(gateway, "127.0.0.2"))).isEqualTo(NOT_ALLOWED);
        assertThat(gateway.audit().await(AuditEvent.ConnectionDropped.class).reason())
                .isEqualTo("dropped: per-source-max-startups");
        logsIn(gateway);
    }

    /// As after SIGHUP.
    @Test
    void changedLimitsHoldFromTheNextConnectionOn() throws Exception {
        var gateway = gateway("20:30:40", 1, 20, PENALTIES);
        admitted(gateway, "127.0.0.2");
        assertThat(all(connect(gateway, "127.0.0.2"))).isEqualTo(NOT_ALLOWED);
        gateway.strangers(new Strangers("20:30:40", 3, 20, "32:64", PENALTIES, List.of()));
        admitted(gateway, "127.0.0.2");
    }

    @Test
    void oneNetworkHasSoManyPlaces() throws Exception {
        var gateway = gateway("20:30:40", 3, 4, "no");
        for (int i = 0; i < 4; i++) {
            admitted(gateway, "127.0.1." + (1 + i));
        }
        assertThat(all(connect(gateway, "127.0.1.9"))).isEqualTo(NOT_ALLOWED);
        assertThat(gateway.audit().await(AuditEvent.ConnectionDropped.class).reason())
                .isEqualTo("dropped: per-network-max-startups");
        logsIn(gateway);
    }

    @Test
    void onlySoManyMayBeWithoutALogin() throws Exception {
        var gateway = gateway("3:100:3", 20, 20, "no");
        var first = admitted(gateway, "127.0.0.2");
        admitted(gateway, "127.0.0.2");
        admitted(gateway, "127.0.0.2");
        assertThat(all(connect(gateway, "127.0.0.3"))).isEqualTo(NOT_ALLOWED);
        assertThat(gateway.audit().await(AuditEvent.ConnectionDropped.class).reason())
                .isEqualTo("dropped: max-startups");
        first.close();
        gateway.audit().await(AuditEvent.ConnectionClosed.class);
        logsIn(gateway);
    }

    /// Idle connections lock nobody out, not even those of the same source.
    @Test
    void whoIsSilentGivesWay() throws Exception {
        var gateway = gateway("20:30:40", 3, 20, "no");
        var idle = new ArrayList<Socket>();
        for (int i = 0; i < 3; i++) {
            idle.add(admitted(gateway, "127.0.0.2"));
        }
        String answer;
        do {
            answer =
                    new String(connect(gateway, "127.0.0.2").getInputStream().readNBytes(3), StandardCharsets.US_ASCII);
        } while (!answer.equals("SSH"));
        assertThat(all(idle.getFirst())).contains("dropped: silent or slow while others wait to log in");
        assertThat(gateway.audit().await(AuditEvent.AuthRefused.class).reason())
                .isEqualTo("dropped: silent or slow while others wait to log in");
    }

    /// Asks whether a key would do, and does not sign before a person has typed the passphrase.
    private static final class Question extends AbstractUserAuth {
        private final KeyPair key;
        private final CountDownLatch answered = new CountDownLatch(1);

        Question(KeyPair key) {
            super("publickey");
            this.key = key;
        }

        @Override
        protected boolean sendAuthDataRequest(ClientSession session, String service) throws Exception {
            var request = session.createBuffer(SshConstants.SSH_MSG_USERAUTH_REQUEST);
            request.putString(session.getUsername());
            request.putString(service);
            request.putString(getName());
            request.putBoolean(false);
            request.putString(KeyUtils.getKeyType(key));
            request.putPublicKey(key.getPublic());
            session.writePacket(request);
            return true;
        }

        @Override
        protected boolean processAuthDataRequest(ClientSession session, String service, Buffer answer) {
            assertThat(answer.getUByte()).isEqualTo((short) SshConstants.SSH_MSG_USERAUTH_PK_OK);
            answered.countDown();
            return true;
        }
    }

    private static SshClient asking(Question question) {
        var client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.setUserAuthFactories(List.of(new UserAuthFactory() {
            @Override
            public String getName() {
                return question.getName();
            }

            @Override
            public UserAuth createUserAuth(ClientSession session) {
                return question;
            }
        }));
        client.start();
        return client;
    }

    /// Somebody types a passphrase while strangers hold connections.
    @Test
    void whoHasAGoodKeyDoesNotGiveWay() throws Exception {
        var gateway = gateway("20:30:40", 2, 20, "no");
        var question = new Question(gateway.key());
        try (var client = asking(question);
                var person = client.connect("shed", "127.0.0.1", gateway.port())
                        .verify(20, TimeUnit.SECONDS)
                        .getSession()) {
            person.auth();
            assertThat(question.answered.await(20, TimeUnit.SECONDS)).isTrue();
            var stranger = admitted(gateway, "127.0.0.1");
            stranger.getOutputStream().write("SSH-2.0-slow\r\n".getBytes(StandardCharsets.US_ASCII));
            // As long as the next one is dropped, nobody has been silent for long enough; the person is for longer.
            String answer;
            do {
                answer = new String(
                        connect(gateway, "127.0.0.1").getInputStream().readNBytes(3), StandardCharsets.US_ASCII);
            } while (!answer.equals("SSH"));
            assertThat(all(stranger)).contains("dropped: silent or slow while others wait to log in");
            assertThat(person.isOpen()).isTrue();
        }
    }

    /// Those who are logged in have their places whatever strangers do.
    @Test
    void aLoginGivesItsPlaceBack() throws Exception {
        var gateway = gateway("1:100:1", 20, 20, "no");
        for (int i = 0; i < 3; i++) {
            open.add(gateway.login("shed"));
        }
        admitted(gateway, "127.0.0.1");
    }

    @Test
    void oneKeyHasSoManyConnectionsAndIsToldSo() throws Exception {
        var gateway = gateway(WireGateway.STRANGERS);
        for (int i = 0; i < 3; i++) {
            open.add(gateway.login("shed"));
        }
        assertThatThrownBy(() -> gateway.login("shed"))
                .hasMessageContaining("this key has 3 connections open, as many as ssh.max-connections-per-key allows");
        assertThat(gateway.audit().await(AuditEvent.AuthRefused.class).reason())
                .startsWith("dropped: this key has 3 connections open");
        ((ClientSession) open.getLast()).close(false).await(Duration.ofSeconds(20));
        gateway.audit().await(AuditEvent.ConnectionClosed.class, 2);
        logsIn(gateway);
    }

    /// However many connections viewers have.
    @Test
    void anAdminGetsInThoughAllPlacesAreTaken() throws Exception {
        var gateway = gateway(WireGateway.STRANGERS);
        for (int i = 0; i < 5; i++) {
            var viewer = key();
            gateway.authorizeToo("role=\"viewer\"", viewer);
            open.add(gateway.login("shed", viewer));
        }
        var another = key();
        gateway.authorizeToo("role=\"viewer\"", another);
        assertThatThrownBy(() -> gateway.login("shed", another))
                .hasMessageContaining("5 connections are open, as many as ssh.max-connections allows");
        logsIn(gateway);
    }

    private static java.security.KeyPair key() throws GeneralSecurityException {
        return KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
    }

    private void isPenalised(WireGateway gateway, String from, String why) throws Exception {
        assertThat(all(connect(gateway, from))).isEqualTo(NOT_ALLOWED);
        assertThat(gateway.audit().await(AuditEvent.ConnectionDropped.class).reason())
                .isEqualTo("dropped: penalty: " + why);
        admitted(gateway, "127.0.0.9");
    }

    @Test
    void whoSendsGarbageHasToWait() throws Exception {
        var gateway = gateway("20:30:40", 20, 20, PENALTIES);
        for (int i = 1; i <= 2; i++) {
            var socket = admitted(gateway, "127.0.0.2");
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            gateway.audit().await(AuditEvent.ConnectionClosed.class, i);
        }
        isPenalised(gateway, "127.0.0.2", "sent what is not SSH");
    }

    @Test
    void whoLeavesWithoutTryingHasToWaitInTheEnd() throws Exception {
        var gateway = gateway("20:30:40", 20, 20, PENALTIES);
        int closed = 0;
        for (var socket = connect(gateway, "127.0.0.2");
                socket.getInputStream().read() == 'S';
                socket = connect(gateway, "127.0.0.2")) {
            socket.close();
            gateway.audit().await(AuditEvent.ConnectionClosed.class, ++closed);
        }
        assertThat(closed).isGreaterThan(15);
        isPenalised(gateway, "127.0.0.2", "connections without attempting authentication");
    }

    @Test
    void whoseKeysAreRefusedHasToWait() throws Exception {
        var gateway = gateway("20:30:40", 20, 20, PENALTIES);
        var wrong = key();
        for (int i = 1; i <= 4; i++) {
            assertThatThrownBy(() -> gateway.login("shed", wrong)).isInstanceOf(IOException.class);
            gateway.audit().await(AuditEvent.ConnectionClosed.class, i);
        }
        isPenalised(gateway, "127.0.0.1", "failed authentication");
    }

    @Test
    void whoStallsHasToWait() throws Exception {
        var gateway = gateway("20:30:40", 20, 20, PENALTIES);
        admitted(gateway, "127.0.0.2");
        admitted(gateway, "127.0.0.2");
        gateway.audit().await(AuditEvent.ConnectionClosed.class, 2);
        isPenalised(gateway, "127.0.0.2", "exceeded the login grace");
    }

    @Test
    void whoLogsInHasNothingAgainstIt() throws Exception {
        var gateway = gateway("20:30:40", 20, 20, PENALTIES);
        for (int i = 1; i <= 20; i++) {
            logsIn(gateway);
        }
    }

    @Test
    void whoIsExemptNeverWaits() throws Exception {
        var gateway = gateway(new Strangers("20:30:40", 20, 20, "32:64", PENALTIES, List.of("127.0.0.2/32")));
        for (int i = 1; i <= 3; i++) {
            var socket = admitted(gateway, "127.0.0.2");
            socket.getOutputStream().write("x\r\n".getBytes(StandardCharsets.US_ASCII));
            gateway.audit().await(AuditEvent.ConnectionClosed.class, i);
        }
        admitted(gateway, "127.0.0.2");
    }
}
