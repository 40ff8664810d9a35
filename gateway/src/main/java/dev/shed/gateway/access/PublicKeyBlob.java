package dev.shed.gateway.access;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/// A public key in SSH wire format (RFC 4253 section 6.6), checked to be one of a kind and size that is
/// accepted.
final class PublicKeyBlob {
    static final Set<String> TYPES = Set.of(
            "ssh-ed25519",
            "ecdsa-sha2-nistp256",
            "ecdsa-sha2-nistp384",
            "ecdsa-sha2-nistp521",
            "ssh-rsa",
            "sk-ssh-ed25519@openssh.com",
            "sk-ecdsa-sha2-nistp256@openssh.com");

    /// NIST SP 800-131A: anything shorter is disallowed.
    private static final int LEAST_RSA_BITS = 2048;

    private static final int ED25519_BYTES = 32;

    private final byte[] bytes;

    private PublicKeyBlob(byte[] bytes) {
        this.bytes = bytes;
    }

    /// The key of a line: a type and the base64 of a blob that says the same type.
    static PublicKeyBlob parse(String type, String base64) throws RefusedLineException {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException _) {
            throw new RefusedLineException("the key is not base64");
        }
        try {
            check(type, ByteBuffer.wrap(bytes));
        } catch (BufferUnderflowException _) {
            throw new RefusedLineException("the key is cut off");
        }
        return new PublicKeyBlob(bytes);
    }

    /// The fingerprint of any blob, as OpenSSH prints it.
    static String fingerprint(byte[] blob) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(blob);
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    boolean is(byte[] blob) {
        return Arrays.equals(bytes, blob);
    }

    String fingerprint() {
        return fingerprint(bytes);
    }

    private static void check(String type, ByteBuffer blob) throws RefusedLineException {
        require(text(blob).equals(type), "the key is not of the type that the line says");
        switch (type) {
            case "ssh-ed25519" -> ed25519(blob);
            case "ecdsa-sha2-nistp256" -> ecdsa(blob, "nistp256", 65);
            case "ecdsa-sha2-nistp384" -> ecdsa(blob, "nistp384", 97);
            case "ecdsa-sha2-nistp521" -> ecdsa(blob, "nistp521", 133);
            case "ssh-rsa" -> rsa(blob);
            case "sk-ssh-ed25519@openssh.com" -> {
                ed25519(blob);
                application(blob);
            }
            case "sk-ecdsa-sha2-nistp256@openssh.com" -> {
                ecdsa(blob, "nistp256", 65);
                application(blob);
            }
            default -> throw new RefusedLineException("keys of this type are not accepted");
        }
        require(!blob.hasRemaining(), "there is something after the key's end");
    }

    private static void ed25519(ByteBuffer blob) throws RefusedLineException {
        require(string(blob).length == ED25519_BYTES, "the key is not an Ed25519 point");
    }

    /// @param pointBytes of an uncompressed point, the only form that SSH knows (RFC 5656 section 3.1)
    private static void ecdsa(ByteBuffer blob, String curve, int pointBytes) throws RefusedLineException {
        require(text(blob).equals(curve), "the key is of another curve");
        byte[] point = string(blob);
        require(point.length == pointBytes && point[0] == 4, "the key is not a point of its curve");
    }

    private static void rsa(ByteBuffer blob) throws RefusedLineException {
        byte[] exponent = string(blob);
        byte[] modulus = string(blob);
        require(exponent.length > 0 && modulus.length > 0 && modulus[0] >= 0, "the key is not an RSA key");
        require(
                new BigInteger(modulus).bitLength() >= LEAST_RSA_BITS,
                "the RSA key is shorter than " + LEAST_RSA_BITS + " bits");
    }

    private static void application(ByteBuffer blob) throws RefusedLineException {
        require(string(blob).length > 0, "the key names no application");
    }

    private static String text(ByteBuffer blob) {
        return new String(string(blob), StandardCharsets.ISO_8859_1);
    }

    private static byte[] string(ByteBuffer blob) {
        int length = blob.getInt();
        // Before the array is made: the length is whatever somebody wrote.
        if (length < 0 || length > blob.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] string = new byte[length];
        blob.get(string);
        return string;
    }

    private static void require(boolean condition, String otherwise) throws RefusedLineException {
        if (!condition) {
            throw new RefusedLineException(otherwise);
        }
    }
}
