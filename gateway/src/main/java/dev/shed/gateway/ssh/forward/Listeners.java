package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.ssh.connection.Login;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Which connection listens where, for who wants to listen there as well: the place of a client that hangs stays taken
/// until its connection is found dead, and whoever comes back meanwhile has to be told why.
final class Listeners {
    private final Map<Place, Login> owners = new ConcurrentHashMap<>();

    private record Place(ShedName shed, Endpoint at) {}

    void add(ShedName shed, Endpoint at, Login owner) {
        owners.put(new Place(shed, at), owner);
    }

    void remove(ShedName shed, Endpoint at, Login owner) {
        owners.remove(new Place(shed, at), owner);
    }

    /// Who has a place, in words for a person.
    Optional<String> owner(ShedName shed, Endpoint at) {
        return Optional.ofNullable(owners.get(new Place(shed, at)))
                .map(owner -> owner.origin().conn() + " of " + owner.identity().comment());
    }
}
