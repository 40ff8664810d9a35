package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.name.ShedName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Limits the number of forwards: each forward is a process in its container.
final class Quota {
    private final Limits limits;
    private final Map<ShedName, Integer> bySheds = new ConcurrentHashMap<>();

    /// The limits on forwards, including listeners.
    ///
    /// @param perConnection for one connection
    /// @param perShed for all connections to one shed
    record Limits(int perConnection, int perShed) {}

    /// A place in both limits. Closing it releases the place once.
    interface Permit extends AutoCloseable {
        @Override
        void close();
    }

    Quota(Limits limits) {
        this.limits = limits;
    }

    Permit take(AtomicInteger ofConnection, ShedName shed) throws ForwardRefusedException {
        if (ofConnection.incrementAndGet() > limits.perConnection()) {
            ofConnection.decrementAndGet();
            throw ForwardRefusedException.tooMany(
                    "more than " + limits.perConnection() + " forwards of one connection");
        }
        if (bySheds.merge(shed, 1, Integer::sum) > limits.perShed()) {
            giveBack(ofConnection, shed);
            throw ForwardRefusedException.tooMany("more than " + limits.perShed() + " forwards of shed '" + shed + "'");
        }
        var taken = new AtomicBoolean(true);
        return () -> {
            if (taken.getAndSet(false)) {
                giveBack(ofConnection, shed);
            }
        };
    }

    private void giveBack(AtomicInteger ofConnection, ShedName shed) {
        ofConnection.decrementAndGet();
        bySheds.computeIfPresent(shed, (_, count) -> count == 1 ? null : count - 1);
    }
}
