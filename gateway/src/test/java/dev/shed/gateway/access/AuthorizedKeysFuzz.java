package dev.shed.gateway.access;

import dev.shed.gateway.access.key.RefusedLineException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;

/// Fuzz target: a file of authorized keys.
public final class AuthorizedKeysFuzz {
    private static final InetAddress FROM = InetAddress.getLoopbackAddress();

    private AuthorizedKeysFuzz() {}

    /// Reads one input; throws what no input may lead to.
    public static void fuzzerTestOneInput(byte[] input) {
        for (var line : new String(input, StandardCharsets.UTF_8).split("\n", -1)) {
            read(line);
        }
    }

    private static void read(String line) {
        try {
            AuthorizedKey.parse(1, line, ZoneOffset.UTC).ifPresent(key -> {
                if (!key.key().fingerprint().startsWith("SHA256:")) {
                    throw new AssertionError("a key without a fingerprint");
                }
                key.decide(FROM, Instant.EPOCH);
            });
        } catch (RefusedLineException e) {
            if (e.reason().isEmpty() || e.reason().chars().anyMatch(Character::isISOControl)) {
                throw new AssertionError("no reason that can be shown", e);
            }
        }
    }
}
