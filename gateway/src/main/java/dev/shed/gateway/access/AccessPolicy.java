package dev.shed.gateway.access;

import dev.shed.gateway.access.AccessDecision.Allowed;
import dev.shed.gateway.access.AccessDecision.Forbidden;
import dev.shed.gateway.access.AccessDecision.NotFound;
import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Who may do what to which shed. An answer is the same whether the shed is there or not: names decide, and where
/// people see their own sheds alone, a shed that is not there has no owner.
public final class AccessPolicy {
    private final Function<ShedName, Optional<String>> owners;
    private volatile boolean ownOnly;

    /// One for which everybody sees all sheds that their keys name.
    public AccessPolicy() {
        this(_ -> Optional.empty());
    }

    /// One that may be told to show people their own sheds alone.
    ///
    /// @param owners gives the fingerprints of a shed's owner, joined by commas; asks the engine
    public AccessPolicy(Function<ShedName, Optional<String>> owners) {
        this.owners = owners;
    }

    /// From now on all who are not administrators see their own sheds alone, or all sheds.
    public void reconfigure(boolean nextOwnOnly) {
        ownOnly = nextOwnOnly;
    }

    /// Whether the identity may do `action` to `shed`.
    public AccessDecision decide(Identity identity, Action action, ShedName shed) {
        if (!maySee(identity, shed)) {
            // "There is no such shed" would be no answer to somebody who is about to make it.
            return action == Action.CREATE ? new Forbidden() : new NotFound();
        }
        if (!allows(identity, action)) {
            return new Forbidden();
        }
        boolean hidden = action != Action.CREATE && seesOwnOnly(identity) && !owns(identity, owners.apply(shed));
        return hidden ? new NotFound() : new Allowed();
    }

    /// Returns if `identity` may do `action` to `shed`; `SHED_NOT_FOUND` if it may not even see the shed,
    /// `FORBIDDEN` if its role is too small (and for the creation of a shed that it could not see).
    public void require(Identity identity, Action action, ShedName shed) {
        switch (decide(identity, action, shed)) {
            case Allowed _ -> {}
            case NotFound _ -> throw new ShedException(Failure.shedNotFound(shed.value()));
            case Forbidden _ -> throw new ShedException(Failure.forbidden(action.words() + " shed '" + shed + "'"));
        }
    }

    /// Returns if `verbs=` leaves the identity a word of [VerbWords]; `FORBIDDEN` otherwise. It is asked before
    /// anything is said of a shed, so that the answer is the same for every shed.
    public void requireVerb(Identity identity, String word) {
        var grant = identity.grant();
        if (!grant.permitsVerb(word)) {
            throw new ShedException(
                    Failure.forbidden("use '" + word + "'; verbs= has " + String.join(", ", grant.verbs())));
        }
    }

    /// Whether the identity's key may know of `shed` at all.
    public boolean maySee(Identity identity, ShedName shed) {
        return identity.grant().sees(shed.value());
    }

    /// The same of a shed that is there, or was.
    ///
    /// @param owner the fingerprints of its owner, joined by commas
    public boolean maySee(Identity identity, ShedName shed, Optional<String> owner) {
        return maySee(identity, shed) && (!seesOwnOnly(identity) || owns(identity, owner));
    }

    /// Whether the identity sees no sheds but its own.
    public boolean seesOwnOnly(Identity identity) {
        return ownOnly && identity.grant().role() != Role.ADMIN;
    }

    private static boolean owns(Identity identity, Optional<String> owner) {
        return owner.stream().flatMap(keys -> Stream.of(keys.split(",", -1))).anyMatch(identity.fingerprint()::equals);
    }

    /// Whether the identity's role is enough for `action`, on a shed that it may see.
    public boolean allows(Identity identity, Action action) {
        return identity.grant().role().compareTo(action.least()) >= 0;
    }
}
