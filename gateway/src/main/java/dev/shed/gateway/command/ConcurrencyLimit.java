package dev.shed.gateway.command;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Lets each owner do so many things at once; who wants more waits until one of his own has ended.
final class ConcurrencyLimit {
    private final int most;
    private final Duration patience;

    /// Of those who do something or wait to; guarded by itself.
    private final Map<String, Owner> owners = new HashMap<>();

    /// @param patience how long somebody waits
    ConcurrencyLimit(int most, Duration patience) {
        this.most = most;
        this.patience = patience;
    }

    /// A place, until it is closed.
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

    /// Waits for a place.
    ///
    /// @param what is done, for the failure `LIMIT_REACHED` when none gets free in time
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

    /// How many owners are known.
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
