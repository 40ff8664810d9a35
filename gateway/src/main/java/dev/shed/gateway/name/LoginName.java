package dev.shed.gateway.name;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.util.Optional;

/// The target of an SSH user name: `shed` is the lobby, `SHED` or `SHED+SESSION` a shed. `.` may replace `+`,
/// for clients that cannot send `+`.
public sealed interface LoginName {
    /// The gateway itself.
    record Lobby() implements LoginName {}

    /// A shed, and the session if the name has one.
    record ToShed(ShedName shed, Optional<SessionName> session) implements LoginName {
        /// The session to attach to: the one in the name, or `default`.
        public SessionName sessionOrDefault() {
            return session.orElse(SessionName.DEFAULT);
        }
    }

    /// Parses an SSH user name; fails with `INVALID_NAME` if it is invalid.
    static LoginName parse(String userName) {
        if (userName.equals(ShedName.LOBBY)) {
            return new Lobby();
        }
        int separator = separator(userName);
        if (separator < 0) {
            return new ToShed(ShedName.parse(userName), Optional.empty());
        }
        var shed = userName.substring(0, separator);
        if (shed.equals(ShedName.LOBBY)) {
            throw new ShedException(Failure.invalidName(
                    "login name", userName, "SHED or SHED+SESSION; 'shed' alone is the lobby and has no sessions"));
        }
        return new ToShed(ShedName.parse(shed), Optional.of(SessionName.parse(userName.substring(separator + 1))));
    }

    /// Applies the variable `SHED_SESSION`. On a shed it names the session if the login name does not; on the
    /// lobby it is the whole address. Fails with `INVALID_NAME` if it applies and is invalid.
    default LoginName with(Optional<String> shedSession) {
        return switch (this) {
            case Lobby lobby -> shedSession.<LoginName>map(LoginName::parse).orElse(lobby);
            case ToShed named when named.session().isPresent() -> named;
            case ToShed unnamed -> new ToShed(unnamed.shed(), shedSession.map(SessionName::parse));
        };
    }

    private static int separator(String userName) {
        for (int i = 0; i < userName.length(); i++) {
            if (userName.charAt(i) == '+' || userName.charAt(i) == '.') {
                return i;
            }
        }
        return -1;
    }
}
