package dev.shed.gateway.command;

import dev.shed.gateway.access.PermittedHints;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.SessionName;
import java.util.Optional;

/// A verb about one session, which must be named by the argument or the address.
abstract class SessionVerb extends ShedVerb {
    /// The session. Fails with `USAGE` if none is named, or two different ones.
    final SessionName session(CommandContext context, Optional<SessionName> argument) {
        var addressed = addressed(context.address());
        if (argument.isPresent() && addressed.isPresent() && !argument.equals(addressed)) {
            throw usage("the address names session '" + addressed.get() + "', the argument '" + argument.get() + "'");
        }
        return argument.or(() -> addressed).orElseThrow(() -> missing(context, "SESSION"));
    }

    /// The failure of a call that names no session. Its hint begins with how to list them, if the key permits that.
    ///
    /// @param what the label of the missing argument
    final ShedException missing(CommandContext context, String what) {
        var list = "to list its sessions: ssh -s " + name + "@HOST sessions";
        var first = PermittedHints.permits(context.identity(), list) ? list + "\n" : "";
        return new ShedException(Failure.usage(what + " is missing", first + Grammar.synopsis(this)));
    }

    /// The session that the address names.
    static Optional<SessionName> addressed(LoginName address) {
        return address instanceof LoginName.ToShed to ? to.session() : Optional.empty();
    }

    final ShedException usage(String message) {
        return new ShedException(Failure.usage(message, Grammar.synopsis(this)));
    }
}
