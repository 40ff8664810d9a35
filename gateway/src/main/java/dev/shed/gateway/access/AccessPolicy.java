package dev.shed.gateway.access;

import dev.shed.gateway.access.AccessDecision.Allowed;
import dev.shed.gateway.access.AccessDecision.Forbidden;
import dev.shed.gateway.access.AccessDecision.NotFound;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;

/// Who may do what to which shed. It knows names only, never what exists: an answer is the same whether the
/// shed is there or not.
public final class AccessPolicy {
    public AccessDecision decide(Identity identity, Action action, ShedName shed) {
        if (maySee(identity, shed)) {
            return allows(identity, action) ? new Allowed() : new Forbidden();
        }
        // "There is no such shed" would be no answer to somebody who is about to make it.
        return action == Action.CREATE ? new Forbidden() : new NotFound();
    }

    /// Returns if `identity` may do `action` to `shed`; `SHED_NOT_FOUND` if it may not even see the shed,
    /// `FORBIDDEN` if its role is too small (and for the creation of a shed that it could not see).
    public void require(Identity identity, Action action, ShedName shed) {
        switch (decide(identity, action, shed)) {
            case Allowed _ -> {}
            case NotFound _ -> throw new ShedException(new Failure.ShedNotFound(shed.value()));
            case Forbidden _ -> throw new ShedException(new Failure.Forbidden(action.words() + " shed '" + shed + "'"));
        }
    }

    /// Returns if `verbs=` leaves the identity a word of [VerbWords]; `FORBIDDEN` otherwise. It is asked before
    /// anything
    /// is said of a shed, so that the answer is the same for every shed.
    public void requireVerb(Identity identity, String word) {
        var grant = identity.grant();
        if (!grant.permitsVerb(word)) {
            throw new ShedException(
                    new Failure.Forbidden("use '" + word + "'; verbs= has " + String.join(", ", grant.verbs())));
        }
    }

    /// Whether the identity's key may know of `shed` at all.
    public boolean maySee(Identity identity, ShedName shed) {
        return identity.grant().sees(shed.value());
    }

    /// Whether the identity's role is enough for `action`, on a shed that it may see.
    public boolean allows(Identity identity, Action action) {
        return identity.grant().role().compareTo(action.least()) >= 0;
    }
}
