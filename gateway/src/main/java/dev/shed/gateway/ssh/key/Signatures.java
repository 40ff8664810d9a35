package dev.shed.gateway.ssh.key;

import dev.shed.gateway.access.key.PublicKeyBlob;
import java.security.PublicKey;
import java.util.List;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.u2f.SkED25519PublicKey;
import org.apache.sshd.common.config.keys.u2f.SkEcdsaPublicKey;
import org.apache.sshd.common.session.SessionContext;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.jspecify.annotations.Nullable;

/// Verifies signatures with MINA.
///
/// @param session the session that the signatures belong to, if there is one
/// @param factories the algorithms that are accepted
public record Signatures(@Nullable SessionContext session, List<NamedFactory<Signature>> factories) {
    /// A flag that a token sets in its signature (OpenSSH's PROTOCOL.u2f).
    private static final int USER_VERIFIED = 4;

    public boolean accept(String algorithm) {
        return factories.stream().anyMatch(factory -> factory.getName().equals(algorithm));
    }

    /// Whether a key of this kind can make signatures of this algorithm.
    public static boolean fits(String algorithm, PublicKeyBlob key) {
        return algorithm.equals(key.type()) || (key.type().equals("ssh-rsa") && algorithm.startsWith("rsa-sha2-"));
    }

    /// Whether the token verified its user, by PIN or fingerprint, before it signed.
    public static boolean isVerified(byte[] signature) {
        var in = new ByteArrayBuffer(signature);
        in.getString();
        in.getBytes();
        return (in.getByte() & USER_VERIFIED) != 0;
    }

    private static PublicKey withoutTouch(PublicKey key) {
        return switch (key) {
            case SkED25519PublicKey token ->
                new SkED25519PublicKey(token.getAppName(), true, false, token.getDelegatePublicKey());
            case SkEcdsaPublicKey token ->
                new SkEcdsaPublicKey(token.getAppName(), true, false, token.getDelegatePublicKey());
            default -> key;
        };
    }

    /// Whether `key` has signed `message` with an accepted algorithm.
    public boolean verify(PublicKeyBlob key, byte[] message, byte[] signature) throws Exception {
        var algorithm = new ByteArrayBuffer(signature).getString();
        return accept(algorithm) && fits(algorithm, key) && verify(algorithm, key, message, signature, true);
    }

    /// Whether `key` has signed `message` with this algorithm.
    ///
    /// @param touch whether a token must have been touched
    public boolean verify(String algorithm, PublicKeyBlob key, byte[] message, byte[] signature, boolean touch)
            throws Exception {
        if (!new ByteArrayBuffer(signature).getString().equals(algorithm)) {
            return false;
        }
        var verifier = NamedFactory.create(factories, algorithm);
        var publicKey = new ByteArrayBuffer(key.bytes()).getRawPublicKey();
        verifier.initVerifier(session, touch ? publicKey : withoutTouch(publicKey));
        verifier.update(session, message);
        return verifier.verify(session, signature);
    }
}
