package dev.shed.cli.server;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.text.Printable;
import java.util.Optional;

/// The target of a command: `SHED`, `SHED+SESSION`, `SERVER/SHED` or `SERVER/SHED+SESSION`. The gateway
/// checks whether the names are valid.
///
/// @param server the server, if it was named
/// @param shed the shed
/// @param session the session, if it was named
public record Target(Optional<String> server, String shed, Optional<String> session) {
    public Target {
        server.ifPresent(name -> ArgumentCheck.refuse("server", name));
        ArgumentCheck.refuse("shed", shed);
        session.ifPresent(name -> ArgumentCheck.refuse("session", name));
    }

    public static Target parse(String text) {
        int slash = text.indexOf('/');
        var address = text.substring(slash + 1);
        var server = slash < 0 ? Optional.<String>empty() : Optional.of(text.substring(0, slash));
        int plus = address.indexOf('+');
        return plus < 0
                ? new Target(server, address, Optional.empty())
                : new Target(server, address.substring(0, plus), Optional.of(address.substring(plus + 1)));
    }

    /// This target with the session of an option or a further argument, if that was given.
    public Target withSession(Optional<String> named) {
        if (named.isPresent() && session.isPresent()) {
            throw twoSessions(session.get(), named.get());
        }
        return new Target(server, shed, named.or(() -> session));
    }

    /// The failure for a session that is given twice.
    public static CliFailure twoSessions(String one, String other) {
        return CliFailure.usage(
                "the session is given twice: '" + Printable.of(one) + "' and '" + Printable.of(other) + "'");
    }

    /// This target with the server of an option, if it was given.
    public Target withServer(Optional<String> named) {
        if (named.isPresent() && server.isPresent() && !named.equals(server)) {
            throw CliFailure.usage("two servers named: '" + server.get() + "' and '" + Printable.of(named.get()) + "'");
        }
        return new Target(named.or(() -> server), shed, session);
    }

    /// The shed, with its server if that was named: the form in this client's hints.
    public String place() {
        return server.map(name -> name + "/").orElse("") + shed;
    }

    /// The SSH user name.
    public String loginName() {
        return session.map(name -> shed + "+" + name).orElse(shed);
    }
}
