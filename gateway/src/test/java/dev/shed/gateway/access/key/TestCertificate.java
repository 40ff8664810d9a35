package dev.shed.gateway.access.key;

import dev.shed.gateway.access.TestKeys;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes certificates as OpenSSH's PROTOCOL.certkeys has them. Nobody has signed them: whether somebody did is asked
/// elsewhere.
///
/// @param key the certified key, as type and base64
/// @param authority the key of who would have signed it
public record TestCertificate(
        String key,
        String authority,
        int kind,
        List<String> principals,
        long after,
        long before,
        List<byte[]> critical,
        List<byte[]> extensions) {
    static final long FOREVER = -1;

    /// A user's, for ever, with the extensions that ssh-keygen gives.
    public static TestCertificate of(String... principals) {
        return new TestCertificate(
                TestKeys.ED25519,
                TestKeys.OTHER_ED25519,
                Certificate.USER,
                List.of(principals),
                0,
                FOREVER,
                List.of(),
                List.of(
                        option("permit-agent-forwarding", ""),
                        option("permit-port-forwarding", ""),
                        option("permit-pty", "")));
    }

    public TestCertificate until(long second) {
        return new TestCertificate(key, authority, kind, principals, after, second, critical, extensions);
    }

    public TestCertificate withExtensions(List<byte[]> others) {
        return new TestCertificate(key, authority, kind, principals, after, before, critical, others);
    }

    public TestCertificate withCritical(String name, String value) {
        return new TestCertificate(
                key, authority, kind, principals, after, before, List.of(option(name, value)), extensions);
    }

    public TestCertificate withKey(String other) {
        return new TestCertificate(other, authority, kind, principals, after, before, critical, extensions);
    }

    public TestCertificate withAuthority(String other) {
        return new TestCertificate(key, other, kind, principals, after, before, critical, extensions);
    }

    public byte[] blob() {
        var type = key.substring(0, key.indexOf(' '));
        var out = new ByteArrayOutputStream();
        out.writeBytes(string(name(type)));
        out.writeBytes(string("nonce"));
        byte[] plain = TestKeys.blob(key);
        out.write(plain, 4 + type.length(), plain.length - 4 - type.length());
        out.writeBytes(uint64(7));
        out.writeBytes(ByteBuffer.allocate(4).putInt(kind).array());
        out.writeBytes(string("key\tID"));
        out.writeBytes(
                string(joined(principals.stream().map(TestCertificate::string).toList())));
        out.writeBytes(uint64(after));
        out.writeBytes(uint64(before));
        out.writeBytes(string(joined(critical)));
        out.writeBytes(string(joined(extensions)));
        out.writeBytes(string(""));
        out.writeBytes(string(TestKeys.blob(authority)));
        out.writeBytes(string("signature"));
        return out.toByteArray();
    }

    private static String name(String type) {
        return type.replace("@openssh.com", "") + "-cert-v01@openssh.com";
    }

    /// A value that is empty is no value.
    public static byte[] option(String name, String value) {
        return joined(List.of(string(name), string(value.isEmpty() ? new byte[0] : string(value))));
    }

    private static byte[] joined(List<byte[]> parts) {
        var out = new ByteArrayOutputStream();
        parts.forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static byte[] uint64(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }

    private static byte[] string(String text) {
        return string(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] string(byte[] bytes) {
        return ByteBuffer.allocate(4 + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }
}
