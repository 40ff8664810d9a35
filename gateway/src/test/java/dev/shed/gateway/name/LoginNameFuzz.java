package dev.shed.gateway.name;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Fuzz target: a login name, and behind a line break the variable `SHED_SESSION`.
public final class LoginNameFuzz {
    private LoginNameFuzz() {}

    /// Reads one input; throws what no input may lead to.
    public static void fuzzerTestOneInput(byte[] input) {
        var parts = new String(input, StandardCharsets.UTF_8).split("\n", 2);
        var variable = parts.length == 2 ? Optional.of(parts[1]) : Optional.<String>empty();
        try {
            check(LoginName.parse(parts[0]).with(variable));
        } catch (ShedException e) {
            if (e.failure().kind() != Failure.Kind.INVALID_NAME) {
                throw new AssertionError("not the failure of a name", e);
            }
            if (FailureText.of(e.failure(), "").chars().anyMatch(Character::isISOControl)) {
                throw new AssertionError("a message that moves the cursor", e);
            }
        }
    }

    /// What was read is written in one way only, and read from that again.
    private static void check(LoginName name) {
        if (name instanceof LoginName.ToShed to) {
            var text = to.shed() + to.session().map(session -> "+" + session).orElse("");
            if (!LoginName.parse(text).equals(name) || text.startsWith("-") || !text.matches("[!-~]{1,200}")) {
                throw new AssertionError("not a name: " + text);
            }
        }
    }
}
