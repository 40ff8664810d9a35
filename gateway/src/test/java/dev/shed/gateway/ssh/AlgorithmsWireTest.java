package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.container.FakeRuntime;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Clients that are old, or held to a list, and what becomes of those that are too old.
class AlgorithmsWireTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final WireGateway gateway = WireGateway.start(new FakeRuntime());
    private final SshClient client = SshClient.setUpDefaultClient();

    @AfterEach
    void stop() throws IOException {
        client.stop();
        gateway.close();
    }

    private ClientSession connect(Consumer<SshClient> setUp) throws IOException {
        return connect(gateway, setUp);
    }

    private ClientSession connect(WireGateway gateway, Consumer<SshClient> setUp) throws IOException {
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        setUp.accept(client);
        client.start();
        return client.connect("shed", "127.0.0.1", gateway.port())
                .verify(PATIENCE)
                .getSession();
    }

    @ParameterizedTest
    @CsvSource({
        "JSCH-0.1.54, ecdh-sha2-nistp256, ecdsa-sha2-nistp256",
        "JSCH-0.1.54, ecdh-sha2-nistp384, rsa-sha2-512",
        "JSCH-0.1.54, ecdh-sha2-nistp521, rsa-sha2-256",
        "OpenSSH_9.2, diffie-hellman-group14-sha256, rsa-sha2-256",
        "OpenSSH_9.2, diffie-hellman-group16-sha512, rsa-sha2-512",
        "OpenSSH_9.2, diffie-hellman-group18-sha512, ssh-ed25519"
    })
    void aClientThatKnowsLittleGetsIn(String name, String exchange, String hostKey) throws Exception {
        try (var session = connect(it -> {
            CoreModuleProperties.CLIENT_IDENTIFICATION.set(it, name);
            it.setKeyExchangeFactories(NamedFactory.setUpTransformedFactories(
                    false, List.of(BuiltinDHFactories.fromFactoryName(exchange)), ClientBuilder.DH2KEX));
            it.setSignatureFactories(List.of(BuiltinSignatures.fromFactoryName(hostKey), BuiltinSignatures.ed25519));
        })) {
            session.addPublicKeyIdentity(gateway.key());
            session.auth().verify(PATIENCE);
            assertThat(session.getNegotiatedKexParameter(KexProposalOption.ALGORITHMS))
                    .isEqualTo(exchange);
            assertThat(session.getNegotiatedKexParameter(KexProposalOption.SERVERKEYS))
                    .isEqualTo(hostKey);
        }
    }

    @Test
    void nobodyElseIsGivenAnOldOne() throws Exception {
        try (var session = gateway.login("shed")) {
            assertThat(session.getServerKexProposals().get(KexProposalOption.SERVERKEYS))
                    .isEqualTo("ssh-ed25519,rsa-sha2-512,rsa-sha2-256");
            assertThat(session.getServerKexProposals().get(KexProposalOption.ALGORITHMS))
                    .contains("curve25519-sha256@libssh.org,diffie-hellman-group16-sha512,")
                    .doesNotContain("sha1", "nistp");
        }
    }

    @Test
    void allHostKeysAreAnnouncedAndProved() throws Exception {
        var announced = new ArrayList<PublicKey>();
        try (var session = connect(it -> collectHostKeys(it, announced))) {
            session.addPublicKeyIdentity(gateway.key());
            session.auth().verify(PATIENCE);
            prove(session, List.of());
            assertThat(announced)
                    .extracting(KeyUtils::getKeyType)
                    .containsExactly("ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa");
            var proofs = prove(session, announced);
            for (var key : announced) {
                verify(session, key, proofs.getBytes());
            }
            assertThat(proofs.available()).isZero();
            var foreign = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
            assertThat(prove(session, List.of(foreign.getPublic()))).isNull();
            assertThat(prove(session, List.of(announced.getFirst(), announced.getFirst())))
                    .isNull();
        }
    }

    /// Signing costs the gateway far more than asking costs a client. A signature of ECDSA is another one each time.
    @Test
    void whoAsksAgainGetsTheSameProof() throws Exception {
        var announced = new ArrayList<PublicKey>();
        try (var session = connect(it -> collectHostKeys(it, announced))) {
            session.addPublicKeyIdentity(gateway.key());
            session.auth().verify(PATIENCE);
            var first = prove(session, List.of()); // behind the announcement
            assertThat(first.available()).isZero();
            var proof = prove(session, announced).getCompactData();
            assertThat(prove(session, announced).getCompactData()).isEqualTo(proof);
        }
    }

    private static void collectHostKeys(SshClient client, List<PublicKey> announced) {
        client.setGlobalRequestHandlers(List.of((_, request, _, buffer) -> {
            while (request.equals("hostkeys-00@openssh.com") && buffer.available() > 0) {
                announced.add(new ByteArrayBuffer(buffer.getBytes()).getRawPublicKey());
            }
            return org.apache.sshd.common.channel.RequestHandler.Result.Replied;
        }));
    }

    @Test
    void theConfigurationNarrowsWhatIsOfferedAndTheHostKeysThatAreAnnounced() throws Exception {
        var few = new GatewayConfig.Algorithms(
                List.of("diffie-hellman-group16-sha512", "curve25519-sha256"),
                List.of("rsa-sha2-256"),
                List.of("aes256-gcm@openssh.com"),
                List.of("hmac-sha2-512-etm@openssh.com"));
        var announced = new ArrayList<PublicKey>();
        try (var narrow = WireGateway.start(new FakeRuntime(), few);
                var session = connect(narrow, it -> collectHostKeys(it, announced))) {
            session.addPublicKeyIdentity(narrow.key()); // ed25519: the keys of users are not narrowed
            session.auth().verify(PATIENCE);
            var offered = session.getServerKexProposals();
            assertThat(offered.get(KexProposalOption.ALGORITHMS))
                    .startsWith("curve25519-sha256,diffie-hellman-group16-sha512,")
                    .doesNotContain("sntrup", "mlkem", "nistp", "group14", "group18");
            assertThat(offered.get(KexProposalOption.SERVERKEYS)).isEqualTo("rsa-sha2-256");
            assertThat(offered.get(KexProposalOption.C2SENC)).isEqualTo("aes256-gcm@openssh.com");
            assertThat(offered.get(KexProposalOption.S2CENC)).isEqualTo("aes256-gcm@openssh.com");
            assertThat(offered.get(KexProposalOption.C2SMAC)).isEqualTo("hmac-sha2-512-etm@openssh.com");
            assertThat(offered.get(KexProposalOption.S2CMAC)).isEqualTo("hmac-sha2-512-etm@openssh.com");
            prove(session, List.of());
            assertThat(announced).extracting(KeyUtils::getKeyType).containsExactly("ssh-rsa");
            var proof = prove(session, announced).getBytes();
            assertThat(new ByteArrayBuffer(proof).getString()).isEqualTo("rsa-sha2-256");
            verify(session, announced.getFirst(), proof);
        }
    }

    @Test
    void jsch01IsShownNothingThatTheConfigurationLeavesOut() throws Exception {
        var few = new GatewayConfig.Algorithms(
                List.of("curve25519-sha256", "ecdh-sha2-nistp384"),
                List.of("ssh-ed25519"),
                List.of(),
                List.of("hmac-sha2-256-etm@openssh.com"));
        try (var narrow = WireGateway.start(new FakeRuntime(), few);
                var session =
                        connect(narrow, it -> CoreModuleProperties.CLIENT_IDENTIFICATION.set(it, "JSCH-0.1.54"))) {
            session.addPublicKeyIdentity(narrow.key());
            session.auth().verify(PATIENCE);
            var offered = session.getServerKexProposals();
            assertThat(offered.get(KexProposalOption.ALGORITHMS))
                    .startsWith("curve25519-sha256,ecdh-sha2-nistp384,")
                    .doesNotContain("nistp256", "nistp521");
            assertThat(offered.get(KexProposalOption.SERVERKEYS)).isEqualTo("ssh-ed25519");
            assertThat(offered.get(KexProposalOption.S2CMAC)).isEqualTo("hmac-sha2-256-etm@openssh.com");
        }
    }

    @Test
    void everybodySeesWhatTheConfigurationNames() throws Exception {
        var nist = new GatewayConfig.Algorithms(
                List.of("ecdh-sha2-nistp256", "curve25519-sha256"),
                List.of("ecdsa-sha2-nistp256", "ssh-ed25519"),
                List.of(),
                List.of("hmac-sha2-256", "hmac-sha2-256-etm@openssh.com"));
        try (var narrow = WireGateway.start(new FakeRuntime(), nist);
                var session = narrow.login("shed")) {
            var offered = session.getServerKexProposals();
            assertThat(offered.get(KexProposalOption.ALGORITHMS)).startsWith("curve25519-sha256,ecdh-sha2-nistp256,");
            assertThat(offered.get(KexProposalOption.SERVERKEYS)).isEqualTo("ssh-ed25519,ecdsa-sha2-nistp256");
            assertThat(offered.get(KexProposalOption.S2CMAC)).isEqualTo("hmac-sha2-256-etm@openssh.com,hmac-sha2-256");
        }
    }

    private static Buffer prove(ClientSession session, List<PublicKey> keys) throws IOException {
        var request = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST);
        request.putString("hostkeys-prove-00@openssh.com");
        request.putBoolean(true);
        keys.forEach(key -> request.putBytes(blob(key)));
        return session.request("hostkeys-prove-00@openssh.com", request, PATIENCE);
    }

    private static void verify(ClientSession session, PublicKey key, byte[] proof) throws Exception {
        var parts = new ByteArrayBuffer(proof);
        var algorithm = parts.getString();
        assertThat(algorithm).isNotEqualTo("ssh-rsa");
        var message = new ByteArrayBuffer();
        message.putString("hostkeys-prove-00@openssh.com");
        message.putBytes(session.getSessionId());
        message.putBytes(blob(key));
        var verifier = BuiltinSignatures.fromFactoryName(algorithm).create();
        verifier.initVerifier(session, key);
        verifier.update(session, message.getCompactData());
        assertThat(verifier.verify(session, parts.getBytes())).isTrue();
    }

    private static byte[] blob(PublicKey key) {
        var buffer = new ByteArrayBuffer();
        buffer.putRawPublicKey(key);
        return buffer.getCompactData();
    }

    @Test
    void aSignatureWithSha1IsRefusedByName() throws Exception {
        KeyPair rsa = KeyUtils.generateKeyPair(KeyPairProvider.SSH_RSA, 2048);
        try (var session =
                connect(it -> it.setSignatureFactories(List.of(BuiltinSignatures.ed25519, BuiltinSignatures.rsa)))) {
            session.addPublicKeyIdentity(rsa);
            assertThatThrownBy(() -> session.auth().verify(PATIENCE)).isInstanceOf(IOException.class);
        }
        var refused = gateway.audit().await(AuditEvent.AuthRefused.class);
        assertThat(refused.reason()).contains("'ssh-rsa'", "SHA-1");
        assertThat(refused.login()).isEqualTo("shed");
    }

    /// By a client that waits for the answer: MINA's ends the connection itself, perhaps before its offer is read.
    @Test
    void withoutACommonAlgorithmTheAuditLogNamesWhatWasOffered() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write("SSH-2.0-old\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(offer("diffie-hellman-group14-sha1"));
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
        assertThat(gateway.audit().await(AuditEvent.AuthRefused.class).reason())
                .startsWith("no common key exchange")
                .contains("diffie-hellman-group14-sha1");
    }

    /// A packet with SSH_MSG_KEXINIT (RFC 4253, section 7.1).
    private static byte[] offer(String exchange) {
        var message = new ByteArrayBuffer();
        message.putByte(SshConstants.SSH_MSG_KEXINIT);
        message.putRawBytes(new byte[16]);
        var cipher = "aes128-gcm@openssh.com";
        var mac = "hmac-sha2-256";
        for (var list : List.of(exchange, "ssh-ed25519", cipher, cipher, mac, mac, "none", "none", "", "")) {
            message.putString(list);
        }
        message.putBoolean(false);
        message.putInt(0);
        int padding = 16 - (message.available() + 5) % 8;
        var packet = new ByteArrayBuffer();
        packet.putInt(1L + message.available() + padding);
        packet.putByte((byte) padding);
        packet.putRawBytes(message.getCompactData());
        packet.putRawBytes(new byte[padding]);
        return packet.getCompactData();
    }
}
