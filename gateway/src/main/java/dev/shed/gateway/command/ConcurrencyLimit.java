package dev.shed.gateway.command;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Limits how many operations each owner runs at once. Further operations wait for a permit.
final class ConcurrencyLimit {
    private final int most;
    private final Duration patience;

    /// The owners with an operation that runs or waits; guarded by itself.
    private final Map<String, Owner> owners = new HashMap<>();

    /// @param patience how long an operation waits for a permit
    ConcurrencyLimit(int most, Duration patience) {
        this.most = most;
        this.patience = patience;
    }

    /// A permit, held until it is closed.
    interface Permit extends AutoCloseable {
        @Override
        void close();
    }

    private static final class Owner {
        private final Semaphore free;
        private int users;

        Owner(int most) {
            free = new Semaphore(most, true);
        }
    }

    /// Waits for a permit.
    ///
    /// @param what the operations, for the failure `LIMIT_REACHED` on timeout
    Permit take(String owner, String what) throws InterruptedException {
        var his = enter(owner);
        boolean taken = false;
        try {
            taken = his.free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            if (!taken) {
                leave(owner, his);
            }
        }
        if (!taken) {
            throw new ShedException(Failure.limitReached(most + " " + what + " at once with one key"));
        }
        return () -> {
            his.free.release();
            leave(owner, his);
        };
    }

    /// How many owners have operations.
    int owners() {
        synchronized (owners) {
            return owners.size();
        }
    }

    private Owner enter(String name) {
        synchronized (owners) {
            var owner = owners.computeIfAbsent(name, _ -> new Owner(most));
            owner.users++;
            return owner;
        }
    }

    private void leave(String name, Owner owner) {
        synchronized (owners) {
            if (--owner.users == 0) {
                owners.remove(name);
            }
        }
    }
}
