package dev.shed.gateway.access;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;

/// Decides what an identity may do. What it does not mention is denied.
public final class AccessPolicy {
    /// Fails with `SHED_NOT_FOUND` for a shed that the key may not see and `FORBIDDEN` for a role too small.
    public void require(Identity identity, Action action, ShedName shed) {
        if (!maySee(identity, shed) && action != Action.CREATE) {
            throw new ShedException(new Failure.ShedNotFound(shed.value()));
        }
        if (!allows(identity, action) || !maySee(identity, shed)) {
            throw new ShedException(new Failure.Forbidden(action.words() + " shed '" + shed + "'"));
        }
    }

    public boolean maySee(Identity identity, ShedName shed) {
        var globs = identity.grant().sheds();
        return globs.isEmpty()
                || globs.stream()
                        .anyMatch(glob ->
                                shed.value().matches(glob.replace("*", ".*").replace('?', '.')));
    }

    public boolean allows(Identity identity, Action action) {
        return identity.grant().role().compareTo(action.least()) >= 0;
    }
}
