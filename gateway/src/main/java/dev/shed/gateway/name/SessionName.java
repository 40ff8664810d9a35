package dev.shed.gateway.name;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.util.regex.Pattern;

/// The name of a session that can be used over SSH. Sessions that were created inside tmux may have other
/// names; they are listed but cannot be addressed.
///
/// @param value 1 to 64 of `a-z`, `A-Z`, `0-9`, `_` and `-`, beginning with a letter or digit
public record SessionName(String value) implements Comparable<SessionName> {
    private static final Pattern RULE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}");
    private static final String RULE_TEXT =
            "1 to 64 of a-z, A-Z, 0-9, _ and -, beginning with a letter or digit (^[a-zA-Z0-9][a-zA-Z0-9_-]*$)";

    /// The session of an address without a session. Declared after the pattern, which its constructor uses.
    public static final SessionName DEFAULT = new SessionName("default");

    public SessionName {
        if (!RULE.matcher(value).matches()) {
            throw new ShedException(Failure.invalidName("session name", value, RULE_TEXT));
        }
    }

    /// Parses a name; fails with `INVALID_NAME` if it is invalid.
    public static SessionName parse(String text) {
        return new SessionName(text);
    }

    /// Whether `text` is such a name.
    public static boolean isValid(String text) {
        return RULE.matcher(text).matches();
    }

    @Override
    public int compareTo(SessionName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
