package dev.shed.gateway.shed;

import dev.shed.gateway.failure.ShedException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Follows the listening ports of one shed. The kernel does not report when a socket begins to listen, so the
/// socket table is read at intervals by one short process. The owners of sockets are looked up only when the
/// table has changed.
public final class PortWatch {
    /// Short for a user who waits for a server to start, and a thousand times what one reading costs.
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final Supplier<Shed> shed;
    private final Ports ports;
    private Set<PortListing.Socket> sockets = Set.of();
    private List<ListeningPort> known = List.of();
    /// Whether a reading has succeeded, so that the shed has the programs for it.
    private boolean answered;

    /// @param shed returns the current state of the shed; fails if it does not exist
    PortWatch(Supplier<Shed> shed, Ports ports) {
        this.shed = shed;
        this.ports = ports;
    }

    /// The ports that listen now. Fails as [Ports#list] does.
    public List<ListeningPort> now() {
        var found = shed.get();
        sockets = ports.sockets(found);
        known = ports.list(found);
        answered |= found.running();
        return known;
    }

    /// Waits until the listening ports change, and returns them. A shed that is stopped or does not answer
    /// has none. Fails with `SHED_NOT_FOUND` if the shed no longer exists.
    public List<ListeningPort> next() throws InterruptedException {
        var before = known;
        while (known.equals(before)) {
            Thread.sleep(BETWEEN_LOOKS);
            look();
        }
        return known;
    }

    private void look() {
        try {
            if (!ports.sockets(shed.get()).equals(sockets)) {
                now();
            }
        } catch (ShedException e) {
            after(e);
        }
    }

    private void after(ShedException e) {
        switch (e.failure().kind()) {
            case SHED_NOT_READY, SHED_STOPPED -> nothing();
            // While a container stops, no process can be started in it, which looks like a missing program.
            case TOOL_MISSING -> {
                if (!answered) {
                    throw e;
                }
                nothing();
            }
            // The engine's failure does not mean that sockets have closed: keep the last list.
            case ENGINE_UNAVAILABLE, ENGINE_REFUSED -> {}
            default -> throw e;
        }
    }

    private void nothing() {
        sockets = Set.of();
        known = List.of();
    }
}
