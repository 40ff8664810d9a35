package dev.shed.gateway.access.key;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/// A public key in SSH wire format (RFC 4253, section 6.6), checked to be of an accepted type.
public final class PublicKeyBlob {
    public static final Set<String> TYPES = Set.of(
            "ssh-ed25519",
            "ecdsa-sha2-nistp256",
            "ecdsa-sha2-nistp384",
            "ecdsa-sha2-nistp521",
            "ssh-rsa",
            "sk-ssh-ed25519@openssh.com",
            "sk-ecdsa-sha2-nistp256@openssh.com");

    private static final int ED25519_BYTES = 32;

    private final String type;
    private final byte[] bytes;

    private PublicKeyBlob(String type, byte[] bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    /// Parses the key of a line: a type, and the base64 of a blob with the same type.
    public static PublicKeyBlob parse(String type, String base64) throws RefusedLineException {
        try {
            var key = of(decode(base64));
            if (!key.type.equals(type)) {
                throw new RefusedLineException("the key is not of the type that the line says");
            }
            return key;
        } catch (MalformedException e) {
            throw new RefusedLineException(e.reason());
        }
    }

    public static byte[] decode(String base64) throws MalformedException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException _) {
            throw new MalformedException("the key is not base64");
        }
    }

    /// Parses a key in SSH wire format.
    public static PublicKeyBlob of(byte[] blob) throws MalformedException {
        var in = new WireReader(blob);
        var type = in.text();
        skip(type, in);
        require(!in.hasMore(), "there is something after the key's end");
        return new PublicKeyBlob(type, blob);
    }

    /// The key with these fields, which were checked before.
    static PublicKeyBlob of(String type, byte[] fields) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        var blob = ByteBuffer.allocate(Integer.BYTES + name.length + fields.length);
        return new PublicKeyBlob(
                type, blob.putInt(name.length).put(name).put(fields).array());
    }

    /// Reads and checks the fields of a key of this type.
    static void skip(String type, WireReader in) throws MalformedException {
        switch (type) {
            case "ssh-ed25519" -> ed25519(in);
            case "ecdsa-sha2-nistp256" -> ecdsa(in, "nistp256", 65);
            case "ecdsa-sha2-nistp384" -> ecdsa(in, "nistp384", 97);
            case "ecdsa-sha2-nistp521" -> ecdsa(in, "nistp521", 133);
            case "ssh-rsa" -> rsa(in);
            case "sk-ssh-ed25519@openssh.com" -> {
                ed25519(in);
                application(in);
            }
            case "sk-ecdsa-sha2-nistp256@openssh.com" -> {
                ecdsa(in, "nistp256", 65);
                application(in);
            }
            default -> throw new MalformedException("keys of this type are not accepted");
        }
    }

    /// The fingerprint of any blob, as OpenSSH prints it.
    public static String fingerprint(byte[] blob) {
        return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(hash("SHA-256", blob));
    }

    static byte[] hash(String algorithm, byte[] blob) {
        try {
            return MessageDigest.getInstance(algorithm).digest(blob);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }

    public boolean is(byte[] blob) {
        return Arrays.equals(bytes, blob);
    }

    public boolean is(PublicKeyBlob other) {
        return is(other.bytes);
    }

    /// The name of its type in RFC 4253.
    public String type() {
        return type;
    }

    /// Whether it is the key of a token (OpenSSH's PROTOCOL.u2f).
    public boolean isOfToken() {
        return isOfToken(type);
    }

    /// The same for a signature algorithm.
    public static boolean isOfToken(String algorithm) {
        return algorithm.startsWith("sk-");
    }

    /// The key in SSH wire format.
    public byte[] bytes() {
        return bytes.clone();
    }

    /// The fingerprint as OpenSSH prints it: `SHA256:` and unpadded base64.
    public String fingerprint() {
        return fingerprint(bytes);
    }

    /// The reason why the key is too weak; empty if it is not.
    ///
    /// @param minRsaBits the smallest size of an RSA key
    public Optional<String> weakness(int minRsaBits) {
        if (!type.equals("ssh-rsa")) {
            return Optional.empty();
        }
        int bits = modulus().bitLength();
        return bits >= minRsaBits
                ? Optional.empty()
                : Optional.of("RSA key of " + bits + " bits, " + minRsaBits
                        + " are asked for (access.min-rsa-bits); make another one with: ssh-keygen -t ed25519");
    }

    private BigInteger modulus() {
        try {
            var in = new WireReader(bytes);
            in.string();
            in.string();
            return new BigInteger(in.string());
        } catch (MalformedException e) {
            throw new IllegalStateException("it has been checked", e);
        }
    }

    private static void ed25519(WireReader in) throws MalformedException {
        require(in.string().length == ED25519_BYTES, "the key is not an Ed25519 point");
    }

    /// @param pointBytes the size of an uncompressed point, the only form that SSH allows (RFC 5656, section
    /// 3.1)
    private static void ecdsa(WireReader in, String curve, int pointBytes) throws MalformedException {
        require(in.text().equals(curve), "the key is of another curve");
        byte[] point = in.string();
        require(point.length == pointBytes && point[0] == 4, "the key is not a point of its curve");
    }

    private static void rsa(WireReader in) throws MalformedException {
        byte[] exponent = in.string();
        byte[] modulus = in.string();
        require(isPositive(exponent) && isPositive(modulus), "the key is not an RSA key");
    }

    /// Whether it is a positive number in its shortest form, so that a key has only one encoding.
    private static boolean isPositive(byte[] number) {
        return number.length > 0
                && number[0] >= 0
                && new BigInteger(number).signum() > 0
                && Arrays.equals(new BigInteger(number).toByteArray(), number);
    }

    private static void application(WireReader in) throws MalformedException {
        require(in.string().length > 0, "the key names no application");
    }

    private static void require(boolean condition, String otherwise) throws MalformedException {
        if (!condition) {
            throw new MalformedException(otherwise);
        }
    }
}
