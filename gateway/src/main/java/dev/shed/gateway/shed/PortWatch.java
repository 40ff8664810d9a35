package dev.shed.gateway.shed;

import dev.shed.gateway.failure.ShedException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Follows the listening ports of one shed. The kernel does not report when a socket begins to listen, so its table is
/// read at intervals, which takes one short process; the owners of sockets are looked up only when the table has
/// changed.
public final class PortWatch {
    /// Short for somebody who waits for a server to start, and a thousand times what a look costs.
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final Supplier<Shed> shed;
    private final Ports ports;
    private Set<PortListing.Socket> sockets = Set.of();
    private List<ListeningPort> known = List.of();
    /// Whether the shed was asked, and had what it takes to answer.
    private boolean answered;

    /// @param shed the shed as it is now; fails when there is none
    PortWatch(Supplier<Shed> shed, Ports ports) {
        this.shed = shed;
        this.ports = ports;
    }

    /// What listens now. Fails as [Ports#list] does.
    public List<ListeningPort> now() {
        var found = shed.get();
        sockets = ports.sockets(found);
        known = ports.list(found);
        answered |= found.running();
        return known;
    }

    /// What listens, once that is something else than before. Nothing does in a shed that is stopped, or does not
    /// answer. Fails with `SHED_NOT_FOUND` when there is no such shed any more.
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
            case SHED_NOT_READY -> nothing();
            // While a container stops nothing can be started in it, which looks as if the program were not there.
            case TOOL_MISSING -> {
                if (!answered) {
                    throw e;
                }
                nothing();
            }
            // Its sockets are none of the engine's business.
            case ENGINE_UNAVAILABLE, ENGINE_REFUSED -> {}
            default -> throw e;
        }
    }

    private void nothing() {
        sockets = Set.of();
        known = List.of();
    }
}
