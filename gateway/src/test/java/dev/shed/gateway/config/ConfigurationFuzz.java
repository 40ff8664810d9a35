package dev.shed.gateway.config;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Fuzz target: a configuration file.
public final class ConfigurationFuzz {
    private static final DefaultPaths PLACE = new DefaultPaths(Path.of("/etc/shed"), Path.of("/var/lib/shed"));

    private ConfigurationFuzz() {}

    /// Reads one input; throws what no input may lead to.
    public static void fuzzerTestOneInput(byte[] input) {
        var text = new String(input, StandardCharsets.UTF_8);
        try {
            Keys.read(YamlDocument.parse("gateway.yaml", text, Keys.PATHS, Keys.LISTS), PLACE);
        } catch (ShedException e) {
            if (e.failure().kind() != Failure.Kind.CONFIG) {
                throw new AssertionError("not the failure of a configuration", e);
            }
            if (FailureText.of(e.failure(), "").chars().anyMatch(Character::isISOControl)) {
                throw new AssertionError("a message that moves the cursor", e);
            }
        }
    }
}
