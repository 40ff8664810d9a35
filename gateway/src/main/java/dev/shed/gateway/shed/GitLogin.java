package dev.shed.gateway.shed;

import dev.shed.gateway.failure.ShedException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// A login of git at an HTTP server. Git receives it in variables of its process. A command line could be
/// read by every user of the container, and git stores the address in `.git/config`.
///
/// @param password may be empty, for instance if the user is a token
public record GitLogin(String user, String password) {
    private static final String USER = "SHED_GIT_USER";
    private static final String PASSWORD = "SHED_GIT_PASSWORD";

    /// The credential helper (gitcredentials(7)). Its text is constant; the values are in variables.
    private static final String HELPER = "!f() { test \"$1\" = get && printf 'username=%s\\npassword=%s\\n' \"$" + USER
            + "\" \"$" + PASSWORD + "\"; }; f";

    /// Parses `USER`, `TOKEN` or `USER:PASSWORD`, percent-encoded as in a URL.
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
            // Git, too, uses text that is not percent-encoded as it is.
            return text;
        }
    }

    /// Options that make git ask this helper, and no other, for the login of this server. Other servers, to
    /// which this one redirects or from which a submodule is fetched, get no login.
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
