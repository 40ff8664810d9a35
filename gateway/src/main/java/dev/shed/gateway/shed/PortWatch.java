package dev.shed.gateway.shed;

import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// What listens in one shed, over time. The kernel tells nobody when a socket begins to listen, so its table is looked
/// at, which is one short process; who listens is asked only when the table has changed.
public final class PortWatch {
    /// Short for somebody who waits for a server to start, and a thousand times what a look costs.
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final Sheds sheds;
    private final Ports ports;
    private final ShedName name;
    private Set<PortListing.Socket> sockets = Set.of();
    private List<ListeningPort> known = List.of();
    /// Whether the shed was asked, and had what it takes to answer.
    private boolean answered;

    PortWatch(Sheds sheds, Ports ports, ShedName name) {
        this.sheds = sheds;
        this.ports = ports;
        this.name = name;
    }

    /// What listens now. Fails as [Sheds#listening] does.
    public List<ListeningPort> now() {
        var shed = sheds.find(name);
        sockets = ports.sockets(shed);
        known = ports.list(shed);
        answered |= shed.running();
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
            var shed = sheds.find(name);
            if (!ports.sockets(shed).equals(sockets)) {
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
