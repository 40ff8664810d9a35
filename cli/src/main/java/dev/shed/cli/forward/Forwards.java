package dev.shed.cli.forward;

import dev.shed.cli.failure.CliFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/// The forwards of one call, over all its links: what is wanted is brought about.
final class Forwards {
    /// More listeners than a person looks at; a shed that opens more of them means no good, or a load test.
    static final int MOST = 64;

    /// Somebody else may take a port between the look and ssh's own.
    private static final int TRIES = 3;

    private final LocalPorts ports = new LocalPorts();
    private final ForwardReporter reporter;
    private final SortedMap<Integer, Forward> open = new TreeMap<>();
    private boolean tooMany;

    Forwards(ForwardReporter reporter) {
        this.reporter = reporter;
    }

    /// After the link was lost: the same forwards on the new one. Where a port has been taken meanwhile it gets
    /// another.
    void again(Link link) throws IOException, InterruptedException {
        for (var forward : new ArrayList<>(open.values())) {
            if (!LocalPorts.isFree(forward.local()) || !link.forward(forward)) {
                open.remove(forward.port());
                reporter.closed(forward);
                add(link, forward.listener());
            }
        }
    }

    /// A forward that has to be where the person wants it.
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

    /// A forward wherever there is room.
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

    /// Brings about that these, and only these, are forwarded.
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
