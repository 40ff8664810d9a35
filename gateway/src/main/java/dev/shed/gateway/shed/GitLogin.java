package dev.shed.gateway.shed;

import dev.shed.gateway.failure.ShedException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The login of git at an HTTP server. Git gets it in variables of its process, which end with the process: not on its
/// command line, which every user of the container can read, and not in the address, which git stores in `.git/config`.
///
/// @param password may be empty, as where the user is a token
public record GitLogin(String user, String password) {
    private static final String USER = "SHED_GIT_USER";
    private static final String PASSWORD = "SHED_GIT_PASSWORD";

    /// Answers what git asks (gitcredentials(7)). The text is always the same: values are variables.
    private static final String HELPER = "!f() { test \"$1\" = get && printf 'username=%s\\npassword=%s\\n' \"$" + USER
            + "\" \"$" + PASSWORD + "\"; }; f";

    /// Reads `USER`, `TOKEN` or `USER:PASSWORD`, percent-encoded as in an address.
    static GitLogin parse(String text, Supplier<ShedException> invalid) {
        int colon = text.indexOf(':');
        var user = colon < 0 ? text : text.substring(0, colon);
        var login = new GitLogin(decoded(user), colon < 0 ? "" : decoded(text.substring(colon + 1)));
        if ((login.user + login.password).chars().anyMatch(Character::isISOControl)) {
            throw invalid.get();
        }
        return login;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            // Git, too, takes it as it stands.
            return text;
        }
    }

    /// Options of git that make it ask us, and nobody else, for this server. Another to which this one redirects, or
    /// from which a submodule comes, is told nothing.
    public static List<String> options(String address) {
        var helper = "credential." + address.replaceFirst("^([a-z]+://[^/]*)/.*", "$1") + ".helper=";
        return List.of("-c", helper, "-c", helper + HELPER);
    }

    public Map<String, String> environment() {
        return Map.of(USER, user, PASSWORD, password);
    }

    @Override
    public String toString() {
        return "***";
    }
}
