package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.container.FakeRuntime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Logins with a token (OpenSSH's PROTOCOL.u2f), played by the test: what a key's line asks of it.
class TokenLoginWireTest {
    private static final String TYPE = "sk-ssh-ed25519@openssh.com";
    private static final int TOUCHED = 1;
    private static final int VERIFIED = 4;

    private final WireGateway gateway = WireGateway.start(new FakeRuntime().with("demo"));
    private KeyPair token;

    @BeforeEach
    void make() throws GeneralSecurityException {
        token = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    @AfterEach
    void close() throws IOException {
        gateway.close();
    }

    private byte[] blob() {
        byte[] encoded = token.getPublic().getEncoded();
        var blob = new ByteArrayBuffer();
        blob.putString(TYPE);
        blob.putBytes(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        blob.putString("ssh:");
        return blob.getCompactData();
    }

    private void authorize(String options) throws IOException {
        var line = (options.isEmpty() ? "" : options + " ") + TYPE + " "
                + Base64.getEncoder().encodeToString(blob()) + " token\n";
        Files.writeString(gateway.state().resolveSibling("authorized_keys"), line, StandardOpenOption.APPEND);
    }

    private byte[] sign(byte[] message, int flags) throws GeneralSecurityException {
        var hash = MessageDigest.getInstance("SHA-256");
        var signed = ByteBuffer.allocate(32 + 1 + 4 + 32)
                .put(hash.digest("ssh:".getBytes(StandardCharsets.UTF_8)))
                .put((byte) flags)
                .putInt(7)
                .put(hash.digest(message));
        var signer = Signature.getInstance("Ed25519");
        signer.initSign(token.getPrivate());
        signer.update(signed.array());
        var signature = new ByteArrayBuffer();
        signature.putString(TYPE);
        signature.putBytes(signer.sign());
        signature.putByte((byte) flags);
        signature.putInt(7);
        return signature.getCompactData();
    }

    /// Sends the request of a login (RFC 4252, section 7), as the token signs it.
    private void request(ClientSession session, int flags) throws Exception {
        // Nobody here has a key for MINA's client: it gets as far as to ask for the service.
        session.auth().await(Duration.ofSeconds(20));
        var request = session.createBuffer(SshConstants.SSH_MSG_USERAUTH_REQUEST);
        int start = request.wpos() - 1;
        request.putString("demo");
        request.putString("ssh-connection");
        request.putString("publickey");
        request.putBoolean(true);
        request.putString(TYPE);
        request.putBytes(blob());
        var signed = new ByteArrayBuffer();
        signed.putBytes(session.getSessionId());
        signed.putRawBytes(Arrays.copyOfRange(request.array(), start, request.wpos()));
        request.putBytes(sign(signed.getCompactData(), flags));
        session.writePacket(request);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 1",
        "'', 5",
        "no-touch-required, 0",
        "no-touch-required, 1",
        "verify-required, 5",
        "'verify-required,no-touch-required', 4",
    })
    void aTokenThatWasAskedForWhatTheLineSaysGetsIn(String options, int flags) throws Exception {
        authorize(options);
        try (var session = gateway.connect("demo")) {
            request(session, flags);
            assertThat(gateway.audit()
                            .await(AuditEvent.AuthAccepted.class)
                            .actor()
                            .identity())
                    .isEqualTo("token");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0, the signature is not the key's",
        "'', 4, the signature is not the key's",
        "verify-required, 1, the token has not verified its user by PIN or fingerprint (verify-required)",
        "verify-required, 4, the signature is not the key's",
        "'verify-required,no-touch-required', 0, the token has not verified its user by PIN or fingerprint"
                + " (verify-required)",
    })
    void anotherOneDoesNot(String options, int flags, String reason) throws Exception {
        authorize(options);
        try (var session = gateway.connect("demo")) {
            request(session, flags);
        }
        assertThat(gateway.audit().await(AuditEvent.AuthRefused.class).reason()).isEqualTo(reason);
        assertThat(gateway.audit().events(AuditEvent.AuthAccepted.class)).isEmpty();
    }

    @Test
    void anotherTokenSignsForNobody() throws Exception {
        authorize("");
        var ours = token;
        try (var session = gateway.connect("demo")) {
            var other = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            token = new KeyPair(ours.getPublic(), other.getPrivate());
            request(session, TOUCHED | VERIFIED);
        }
        assertThat(gateway.audit().await(AuditEvent.AuthRefused.class).reason())
                .isEqualTo("the signature is not the key's");
    }
}
