package dev.shed.gateway;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// Waits for what no event announces.
public final class Await {
    /// Long enough for a busy machine; a promise with a time of its own names that.
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private Await() {}

    /// Looks until `condition` holds; fails after `limit`.
    public static void until(String what, Duration limit, Callable<Boolean> condition) throws Exception {
        get(what, limit, condition, holds -> holds);
    }

    public static void until(String what, Callable<Boolean> condition) throws Exception {
        until(what, PATIENCE, condition);
    }

    /// Looks until what it sees is `wanted`, and returns it; fails after `limit` with what it saw last.
    public static <T> T get(String what, Duration limit, Callable<T> look, Predicate<T> wanted) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        var seen = look.call();
        while (!wanted.test(seen)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + limit.toMillis() + " ms: " + what + "; last seen:\n" + seen);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            seen = look.call();
        }
        return seen;
    }
}
