package dev.shed.cli.forward;

import dev.shed.cli.failure.CliFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/// The open forwards of one call. They outlive a connection.
final class Forwards {
    /// Limit on forwards: more than a user can follow. A shed that opens more ports is hostile or runs a load
    /// test.
    static final int MOST = 64;

    /// How often another port is tried. Another process may bind a port between the check and ssh's own bind.
    private static final int TRIES = 3;

    private final LocalPorts ports = new LocalPorts();
    private final ForwardReporter reporter;
    private final SortedMap<Integer, Forward> open = new TreeMap<>();
    private boolean tooMany;

    Forwards(ForwardReporter reporter) {
        this.reporter = reporter;
    }

    /// Opens the same forwards on a new connection. If a local port has been taken meanwhile, another one is
    /// used.
    void again(Link link) throws IOException, InterruptedException {
        for (var forward : new ArrayList<>(open.values())) {
            if (!LocalPorts.isFree(forward.local()) || !link.forward(forward)) {
                open.remove(forward.port());
                reporter.closed(forward);
                add(link, forward.listener());
            }
        }
    }

    /// Opens a forward on a given local port; fails with `PORT_TAKEN` if that is in use.
    void add(Link link, Listener listener, int local) throws IOException, InterruptedException {
        var forward = new Forward(local, listener);
        if (!LocalPorts.isFree(local) || !link.forward(forward)) {
            throw new CliFailure(
                    CliFailure.Code.PORT_TAKEN,
                    "port " + local + " is in use on this machine",
                    "shed forward SHED " + listener.port());
        }
        opened(forward);
    }

    /// Opens a forward on any free local port.
    void add(Link link, Listener listener) throws IOException, InterruptedException {
        for (int i = 0; i < TRIES; i++) {
            var forward = new Forward(ports.choose(listener.port()), listener);
            if (link.forward(forward)) {
                int wanted = LocalPorts.wanted(listener.port());
                if (forward.local() != wanted) {
                    reporter.taken(wanted, forward);
                }
                opened(forward);
                return;
            }
        }
    }

    private void opened(Forward forward) {
        ports.remember(forward.port(), forward.local());
        open.put(forward.port(), forward);
        reporter.opened(forward);
    }

    /// Opens and closes forwards until exactly these are open.
    void only(Link link, SortedMap<Integer, Listener> wanted) throws IOException, InterruptedException {
        for (var forward : new ArrayList<>(open.values())) {
            var listener = wanted.get(forward.port());
            if (listener == null || !listener.host().equals(forward.listener().host())) {
                link.cancel(forward);
                open.remove(forward.port());
                reporter.closed(forward);
            }
        }
        addMissing(link, wanted.values());
    }

    private void addMissing(Link link, Collection<Listener> wanted) throws IOException, InterruptedException {
        for (var listener : wanted) {
            if (open.containsKey(listener.port())) {
                continue;
            }
            if (open.size() < MOST) {
                add(link, listener);
            } else if (!tooMany) {
                tooMany = true;
                reporter.notice("more than " + MOST + " ports are open in the shed; the others are left out");
            }
        }
    }
}
