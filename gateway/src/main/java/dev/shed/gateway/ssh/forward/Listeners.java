package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.ssh.connection.Login;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The owner of each listener's address. The listener of a client that hangs exists until its connection is
/// closed. A client that requests the same address meanwhile is told who owns it.
final class Listeners {
    private final Map<ListenAddress, Login> owners = new ConcurrentHashMap<>();

    private record ListenAddress(ShedName shed, Endpoint at) {}

    void add(ShedName shed, Endpoint at, Login owner) {
        owners.put(new ListenAddress(shed, at), owner);
    }

    void remove(ShedName shed, Endpoint at, Login owner) {
        owners.remove(new ListenAddress(shed, at), owner);
    }

    /// A description of an address's owner; empty if it has none.
    Optional<String> owner(ShedName shed, Endpoint at) {
        return Optional.ofNullable(owners.get(new ListenAddress(shed, at)))
                .map(owner -> owner.origin().conn() + " of " + owner.identity().comment());
    }
}
