package dev.shed.gateway.ssh.key;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.access.key.Certificate;
import dev.shed.gateway.access.key.PublicKeyBlob;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Signatures of tokens (OpenSSH's PROTOCOL.u2f), made without one.
class SignaturesTest {
    private static final String TYPE = "sk-ssh-ed25519@openssh.com";
    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);
    private static final int TOUCHED = 1;
    private static final int VERIFIED = 4;

    private final KeyPair token = token();
    private final Signatures signatures = new Signatures(null, Algorithms.signatures());

    private static KeyPair token() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The certificate of a token's key, which the token itself has signed as the authority.
    private Certificate certificate() throws Exception {
        var key = new ByteArrayBuffer();
        key.putString(TYPE);
        key.putBytes(point());
        key.putString("ssh:");
        var blob = new ByteArrayBuffer();
        blob.putString("sk-ssh-ed25519-cert-v01@openssh.com");
        blob.putString("nonce");
        blob.putBytes(point());
        blob.putString("ssh:");
        blob.putLong(1);
        blob.putInt(Certificate.USER);
        blob.putString("id");
        blob.putBytes(new byte[0]);
        blob.putLong(0);
        blob.putLong(-1);
        blob.putBytes(verifyRequired());
        blob.putBytes(new byte[0]);
        blob.putString("");
        blob.putBytes(key.getCompactData());
        blob.putBytes(sign(blob.getCompactData(), TOUCHED));
        return Certificate.parse(blob.getCompactData());
    }

    private static byte[] verifyRequired() {
        var options = new ByteArrayBuffer();
        options.putString("verify-required");
        options.putString("");
        return options.getCompactData();
    }

    private byte[] point() {
        byte[] encoded = token.getPublic().getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    }

    private byte[] sign(byte[] message, int flags) throws GeneralSecurityException {
        var hash = MessageDigest.getInstance("SHA-256");
        byte[] application = hash.digest("ssh:".getBytes(StandardCharsets.UTF_8));
        var signed = ByteBuffer.allocate(32 + 1 + 4 + 32)
                .put(application)
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

    private PublicKeyBlob key() throws Exception {
        return certificate().key();
    }

    @Test
    void aTokenCanSignAndBeSigned() throws Exception {
        var certificate = certificate();
        var signed = certificate.signed();

        assertThat(signatures.verify(certificate.authority(), signed.message(), signed.signature()))
                .isTrue();
        byte[] forged = signed.message();
        forged[forged.length - 1] ^= 1;
        assertThat(signatures.verify(certificate.authority(), forged, signed.signature()))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, false, false", "1, true, false", "4, false, true", "5, true, true"})
    void whatTheTokenSaysOfItselfIsLookedAt(int flags, boolean touched, boolean verified) throws Exception {
        byte[] signature = sign(MESSAGE, flags);

        assertThat(signatures.verify(TYPE, key(), MESSAGE, signature, true)).isEqualTo(touched);
        assertThat(signatures.verify(TYPE, key(), MESSAGE, signature, false)).isTrue();
        assertThat(Signatures.isVerified(signature)).isEqualTo(verified);
    }

    @Test
    void aSignatureUnderAnotherNameIsNone() throws Exception {
        byte[] signature = sign(MESSAGE, TOUCHED | VERIFIED);
        assertThat(signatures.verify("ssh-ed25519", key(), MESSAGE, signature, true))
                .isFalse();
        assertThat(Signatures.fits("rsa-sha2-512", key())).isFalse();
        assertThat(Signatures.fits("ssh-rsa", key())).isFalse();
    }
}
