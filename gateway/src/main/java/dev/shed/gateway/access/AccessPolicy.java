package dev.shed.gateway.access;

import dev.shed.gateway.access.AccessDecision.Allowed;
import dev.shed.gateway.access.AccessDecision.Forbidden;
import dev.shed.gateway.access.AccessDecision.NotFound;
import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.ShedName;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Decides which identity may perform which action on which shed. The decision does not reveal whether a shed
/// exists: it depends on the name, and, if users see only their own sheds, on the owner, which a missing shed
/// does not have.
public final class AccessPolicy {
    private final Function<ShedName, Optional<String>> owners;
    private volatile boolean ownOnly;

    /// A policy by which users see all sheds that their keys name.
    public AccessPolicy() {
        this(_ -> Optional.empty());
    }

    /// A policy that can restrict users to their own sheds.
    ///
    /// @param owners returns the fingerprints of a shed's owner, separated by commas; asks the engine
    public AccessPolicy(Function<ShedName, Optional<String>> owners) {
        this.owners = owners;
    }

    /// Sets whether users other than admins see only their own sheds.
    public void reconfigure(boolean nextOwnOnly) {
        ownOnly = nextOwnOnly;
    }

    /// Whether the identity may perform `action` on `shed`.
    public AccessDecision decide(Identity identity, Action action, ShedName shed) {
        if (!maySee(identity, shed)) {
            // For `create`, the failure "no such shed" would make no sense.
            return action == Action.CREATE ? new Forbidden() : new NotFound();
        }
        if (!allows(identity, action)) {
            return new Forbidden();
        }
        boolean hidden = action != Action.CREATE && seesOwnOnly(identity) && !owns(identity, owners.apply(shed));
        return hidden ? new NotFound() : new Allowed();
    }

    /// Returns if `identity` may perform `action` on `shed`. Fails with `SHED_NOT_FOUND` if it may not see
    /// the shed, and with `FORBIDDEN` if its role is too low or if it may not see the shed that it wants to
    /// create.
    public void require(Identity identity, Action action, ShedName shed) {
        require(identity, action, new LoginName.ToShed(shed, Optional.empty()));
    }

    /// The same for the shed of an address. `FORBIDDEN` says what the identity may do there instead.
    public void require(Identity identity, Action action, LoginName.ToShed address) {
        var shed = address.shed();
        switch (decide(identity, action, shed)) {
            case Allowed _ -> {}
            case NotFound _ -> throw new ShedException(Failure.shedNotFound(shed.value()));
            case Forbidden _ ->
                throw new ShedException(Failure.forbidden(
                        action.words() + " shed '" + shed + "'", PermittedHints.instead(identity, action, address)));
        }
    }

    /// Returns if `verbs=` permits a word of [VerbWords] to the identity; fails with `FORBIDDEN` otherwise.
    /// Called before any shed is looked up, so that the result is the same for all sheds.
    public void requireVerb(Identity identity, String word) {
        var grant = identity.grant();
        if (!grant.permitsVerb(word)) {
            throw new ShedException(
                    Failure.forbidden("use '" + word + "'; verbs= has " + String.join(", ", grant.verbs())));
        }
    }

    /// Whether the identity may see `shed`.
    public boolean maySee(Identity identity, ShedName shed) {
        return identity.grant().sees(shed.value());
    }

    /// The same for an existing or removed shed with a known owner.
    ///
    /// @param owner the fingerprints of its owner, separated by commas
    public boolean maySee(Identity identity, ShedName shed, Optional<String> owner) {
        return maySee(identity, shed) && (!seesOwnOnly(identity) || owns(identity, owner));
    }

    /// Whether the identity sees only its own sheds.
    public boolean seesOwnOnly(Identity identity) {
        return ownOnly && identity.grant().role() != Role.ADMIN;
    }

    private static boolean owns(Identity identity, Optional<String> owner) {
        return owner.stream().flatMap(keys -> Stream.of(keys.split(",", -1))).anyMatch(identity.fingerprint()::equals);
    }

    /// Whether the identity's role permits `action` on a shed that it may see.
    public boolean allows(Identity identity, Action action) {
        return identity.grant().role().compareTo(action.least()) >= 0;
    }
}
