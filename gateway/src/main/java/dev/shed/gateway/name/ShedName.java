package dev.shed.gateway.name;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.util.Locale;
import java.util.regex.Pattern;

/// The name of a shed. It is a DNS label, since it is also the container's host name.
///
/// @param value 1 to 63 of `a-z`, `0-9` and `-`, not beginning or ending with `-`, and not `shed`
public record ShedName(String value) implements Comparable<ShedName> {
    /// The login name of the lobby; no shed can have it.
    public static final String LOBBY = "shed";

    private static final Pattern RULE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final String RULE_TEXT = "1 to 63 of a-z, 0-9 and -, not beginning or ending with - "
            + "(^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$), and not the reserved name 'shed'";

    public ShedName {
        if (!RULE.matcher(value).matches() || value.equals(LOBBY)) {
            var failure = Failure.invalidName("shed name", value, RULE_TEXT);
            throw new ShedException(failure.withHint(failure.hint() + meant(value)));
        }
    }

    /// A further line about what was probably meant; empty if there is nothing to say.
    private static String meant(String value) {
        var parts = value.split("[+]", 2);
        if (parts.length > 1 && RULE.matcher(parts[0]).matches() && SessionName.isValid(parts[1])) {
            return "\na session is a word of its own: " + parts[0] + " " + parts[1];
        }
        var name = value.toLowerCase(Locale.ROOT).replaceAll("[_.]", "-");
        return RULE.matcher(name).matches() && !name.equals(LOBBY) ? "\ndid you mean: " + name : "";
    }

    /// Parses a name; fails with `INVALID_NAME` if it is invalid.
    public static ShedName parse(String text) {
        return new ShedName(text);
    }

    @Override
    public int compareTo(ShedName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
