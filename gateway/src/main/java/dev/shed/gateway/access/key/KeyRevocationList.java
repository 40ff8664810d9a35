package dev.shed.gateway.access.key;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A key revocation list in OpenSSH's binary format (OpenSSH's PROTOCOL.krl), as `ssh-keygen -k` writes it.
/// As in OpenSSH, an unknown section makes the list invalid, and so does a signature: no tool makes signed
/// lists.
final class KeyRevocationList {
    private static final byte[] MAGIC = "SSHKRL\n\0".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;

    private static final int CERTIFICATES = 1;
    private static final int EXPLICIT_KEYS = 2;
    private static final int SHA1 = 3;
    private static final int SHA256 = 5;

    private static final int SHA1_BYTES = 20;
    private static final int SHA256_BYTES = 32;
    private static final int ANY_LENGTH = 0;

    private final Set<ByteBuffer> keys = new HashSet<>();
    private final Set<ByteBuffer> sha1 = new HashSet<>();
    private final Set<ByteBuffer> sha256 = new HashSet<>();

    /// By the authority's key; an empty key stands for all authorities.
    private final Map<ByteBuffer, List<RevokedCertificates>> certificates = new HashMap<>();

    private KeyRevocationList() {}

    /// Whether the content is such a list, and not a list of plain keys.
    static boolean isOne(byte[] content) {
        return content.length >= MAGIC.length && Arrays.equals(content, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    static KeyRevocationList parse(byte[] content) throws MalformedException {
        var in = new WireReader(Arrays.copyOfRange(content, MAGIC.length, content.length));
        if (in.uint32() != VERSION) {
            throw new MalformedException("it is a revocation list of another version");
        }
        in.uint64(); // its number
        in.uint64(); // when it was made
        in.uint64(); // flags
        in.string(); // reserved
        in.text(); // a comment
        var list = new KeyRevocationList();
        while (in.hasMore()) {
            list.section(in.uint8(), in.section());
        }
        return list;
    }

    private void section(int type, WireReader in) throws MalformedException {
        switch (type) {
            case CERTIFICATES -> certificates(in);
            case EXPLICIT_KEYS -> blobs(in, ANY_LENGTH, keys);
            case SHA1 -> blobs(in, SHA1_BYTES, sha1);
            case SHA256 -> blobs(in, SHA256_BYTES, sha256);
            default -> throw new MalformedException("its section of the type " + type + " is not supported");
        }
    }

    private void certificates(WireReader in) throws MalformedException {
        byte[] authority = in.string();
        if (authority.length > 0) {
            PublicKeyBlob.of(authority);
        }
        in.string(); // reserved
        certificates
                .computeIfAbsent(ByteBuffer.wrap(authority), _ -> new ArrayList<>())
                .add(RevokedCertificates.parse(in));
    }

    private static void blobs(WireReader in, int length, Set<ByteBuffer> into) throws MalformedException {
        while (in.hasMore()) {
            byte[] blob = in.string();
            if (length != ANY_LENGTH && blob.length != length) {
                throw new MalformedException("a fingerprint in it has " + blob.length + " bytes instead of " + length);
            }
            into.add(ByteBuffer.wrap(blob));
        }
    }

    /// The reason why a key is revoked; empty if it is not.
    Optional<String> objection(PublicKeyBlob key) {
        byte[] blob = key.bytes();
        boolean revoked = keys.contains(ByteBuffer.wrap(blob))
                || sha1.contains(ByteBuffer.wrap(PublicKeyBlob.hash("SHA-1", blob)))
                || sha256.contains(ByteBuffer.wrap(PublicKeyBlob.hash("SHA-256", blob)));
        return revoked ? Optional.of("the key " + key.fingerprint() + " is revoked") : Optional.empty();
    }

    /// The reason why a certificate is revoked by its serial number or key ID; empty if it is not.
    Optional<String> objection(Certificate certificate) {
        return of(certificate.authority().bytes(), certificate).or(() -> of(new byte[0], certificate));
    }

    private Optional<String> of(byte[] authority, Certificate certificate) {
        return certificates.getOrDefault(ByteBuffer.wrap(authority), List.of()).stream()
                .flatMap(revoked -> revoked.objection(certificate).stream())
                .findFirst();
    }
}
