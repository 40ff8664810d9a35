package dev.shed.gateway.container.kubernetes.api;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// Certificates and private keys in PEM: PKCS#8, and the older forms of RSA (PKCS#1) and EC (SEC 1), which the
/// JDK does not read.
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([^-]*)-----END \\1-----");

    /// The algorithm identifier of RSA keys: the OID 1.2.840.113549.1.1.1, and NULL.
    private static final byte[] RSA = {
        0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
    };

    /// The OID 1.2.840.10045.2.1 of EC keys, which the OID of the curve follows.
    private static final byte[] EC = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    private static final byte[] VERSION = {0x02, 0x01, 0x00};

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int PARAMETERS = 0xa0;
    private static final int LONG_FORM = 0x80;

    private Pem() {}

    /// All certificates of a text, at least one.
    static List<X509Certificate> certificates(byte[] pem) throws IOException {
        try {
            var all =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (all.isEmpty()) {
                throw new IOException("there is no certificate");
            }
            return all;
        } catch (GeneralSecurityException e) {
            throw new IOException("not a certificate: " + e.getMessage(), e);
        }
    }

    /// The first private key of a text.
    static PrivateKey privateKey(byte[] pem) throws IOException {
        var block = BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (!block.find()) {
            throw new IOException("there is no private key without a passphrase");
        }
        try {
            var der = Base64.getMimeDecoder().decode(block.group(2));
            return switch (block.group(1)) {
                case "RSA PRIVATE KEY" -> key("RSA", pkcs8(RSA, der));
                case "EC PRIVATE KEY" -> key("EC", pkcs8(joined(EC, curve(der)), der));
                default -> anyKey(der);
            };
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new IOException("not a private key: " + e.getMessage(), e);
        }
    }

    private static PrivateKey anyKey(byte[] der) throws GeneralSecurityException {
        GeneralSecurityException last = new GeneralSecurityException("neither RSA nor EC nor EdDSA");
        for (var algorithm : List.of("EC", "RSA", "EdDSA")) {
            try {
                return key(algorithm, der);
            } catch (GeneralSecurityException e) {
                last = e;
            }
        }
        throw last;
    }

    private static PrivateKey key(String algorithm, byte[] der) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return element(SEQUENCE, joined(VERSION, element(SEQUENCE, algorithm), element(OCTETS, key)));
    }

    /// The OID of the curve in an EC private key.
    private static byte[] curve(byte[] der) throws IOException {
        var key = content(ByteBuffer.wrap(der), SEQUENCE);
        while (key.hasRemaining()) {
            int tag = key.get(key.position()) & 0xff;
            var part = content(key, tag);
            if (tag == PARAMETERS) {
                var oid = new byte[part.remaining()];
                part.get(oid);
                return oid;
            }
        }
        throw new IOException("the EC key does not name its curve");
    }

    /// The content of the element at the buffer's position, which is moved behind it.
    private static ByteBuffer content(ByteBuffer from, int tag) throws IOException {
        if (from.remaining() < 2 || (from.get() & 0xff) != tag) {
            throw new IOException("not an EC key");
        }
        int length = from.get() & 0xff;
        if (length >= LONG_FORM) {
            int bytes = length - LONG_FORM;
            length = 0;
            if (bytes > 2 || bytes > from.remaining()) {
                throw new IOException("not an EC key");
            }
            for (int i = 0; i < bytes; i++) {
                length = (length << 8) | (from.get() & 0xff);
            }
        }
        if (length > from.remaining()) {
            throw new IOException("not an EC key");
        }
        var content = from.slice(from.position(), length);
        from.position(from.position() + length);
        return content;
    }

    private static byte[] element(int tag, byte[] content) {
        int length = content.length;
        var head = length < LONG_FORM
                ? new byte[] {(byte) tag, (byte) length}
                : new byte[] {(byte) tag, (byte) (LONG_FORM + 2), (byte) (length >> 8), (byte) length};
        return joined(head, content);
    }

    private static byte[] joined(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }
}
