package dev.shed.gateway.ssh.connection;

import dev.shed.gateway.access.Grant;
import dev.shed.gateway.access.Identity;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.common.session.Session;

/// The logged-in connections, by key. The connections of one key are limited, so that no key can use up all of them.
/// Connections of admins do not count, so that an admin can log in and close others.
final class OpenLogins {
    private final Map<Session, Identity> open = new HashMap<>();

    /// Adds a connection if the limits allow it.
    ///
    /// @param limit the maximum for all keys that are not an admin's
    /// @param limitPerKey the maximum for one key
    /// @return the reason for a refusal; empty if the connection was added
    synchronized Optional<String> add(Session session, Identity identity, int limit, int limitPerKey) {
        if (open.values().stream().filter(other -> isSameKey(other, identity)).count() >= limitPerKey) {
            return Optional.of("this key has " + limitPerKey
                    + " connections open, as many as ssh.max-connections-per-key allows; end one of them first");
        }
        if (!isAdmin(identity)
                && open.values().stream().filter(other -> !isAdmin(other)).count() >= limit) {
            return Optional.of(limit + " connections are open, as many as ssh.max-connections allows; try again later");
        }
        open.put(session, identity);
        return Optional.empty();
    }

    synchronized void remove(Session session) {
        open.remove(session);
    }

    private static boolean isSameKey(Identity one, Identity other) {
        return one.fingerprint().equals(other.fingerprint());
    }

    private static boolean isAdmin(Identity identity) {
        return identity.grant().role() == Grant.Role.ADMIN;
    }
}
