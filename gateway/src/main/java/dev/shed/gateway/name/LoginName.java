package dev.shed.gateway.name;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.util.Optional;

/// Where an SSH user name leads: `shed` to the lobby, `SHED` or `SHED+SESSION` to a shed. `.` is as good as
/// `+`, for clients that cannot send one.
public sealed interface LoginName {
    /// The gateway itself.
    record Lobby() implements LoginName {}

    /// A shed, and the session in it when the name has one.
    record ToShed(ShedName shed, Optional<SessionName> session) implements LoginName {
        /// The session to attach to: the one named, else `default`.
        public SessionName sessionOrDefault() {
            return session.orElse(SessionName.DEFAULT);
        }
    }

    /// Parses an SSH user name; `INVALID_NAME` when it breaks the rule.
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

    /// Takes the variable `SHED_SESSION` into account: on a shed it names the session when the login name
    /// does not; on the lobby it names the whole address. `INVALID_NAME` when it is used and breaks its
    /// rule.
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
