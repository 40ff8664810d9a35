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

/// Verifies signatures by MINA's means.
///
/// @param session the one that they are verified for, if there is one
/// @param factories the algorithms that are accepted
public record Signatures(@Nullable SessionContext session, List<NamedFactory<Signature>> factories) {
    /// What a token says of itself when it signs (OpenSSH's PROTOCOL.u2f).
    private static final int USER_VERIFIED = 4;

    public boolean accept(String algorithm) {
        return factories.stream().anyMatch(factory -> factory.getName().equals(algorithm));
    }

    /// Whether a key of that kind makes signatures of that algorithm.
    public static boolean fits(String algorithm, PublicKeyBlob key) {
        return algorithm.equals(key.type()) || (key.type().equals("ssh-rsa") && algorithm.startsWith("rsa-sha2-"));
    }

    /// Whether a token has asked for a PIN or a finger before it made this signature.
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

    /// Whether `key` has signed `message`, in any way that is accepted.
    public boolean verify(PublicKeyBlob key, byte[] message, byte[] signature) throws Exception {
        var algorithm = new ByteArrayBuffer(signature).getString();
        return accept(algorithm) && fits(algorithm, key) && verify(algorithm, key, message, signature, true);
    }

    /// Whether `key` has signed `message` in that way.
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
