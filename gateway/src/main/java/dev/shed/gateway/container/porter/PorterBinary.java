package dev.shed.gateway.container.porter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// The porter's program for this machine's architecture, from the gateway's jar.
final class PorterBinary {
    private static final int HASH_LENGTH = 16;

    private final byte[] content;

    private PorterBinary(byte[] content) {
        this.content = content;
    }

    /// Empty if the gateway was built without a porter for this architecture.
    static Optional<PorterBinary> load() {
        var resource = "/porter/linux-" + architecture(System.getProperty("os.arch"));
        try (var stream = PorterBinary.class.getResourceAsStream(resource)) {
            return stream == null ? Optional.empty() : Optional.of(new PorterBinary(stream.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] content() {
        return content.clone();
    }

    /// A hash that identifies this version of the program.
    String hash() {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest).substring(0, HASH_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String architecture(String jvmName) {
        return jvmName.equals("aarch64") ? "arm64" : jvmName;
    }
}
