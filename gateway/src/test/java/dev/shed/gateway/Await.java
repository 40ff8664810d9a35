package dev.shed.gateway;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// Waits for what no event announces.
public final class Await {
    /// Long enough for a busy machine; a promise with a time of its own names that.
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration LEAST_PAUSE = Duration.ofMillis(20);

    private static final Duration MOST_PAUSE = Duration.ofMillis(500);

    private Await() {}

    /// Looks until `condition` holds; fails after `limit`.
    public static void until(String what, Duration limit, Callable<Boolean> condition) throws Exception {
        get(what, limit, condition, holds -> holds);
    }

    public static void until(String what, Callable<Boolean> condition) throws Exception {
        until(what, PATIENCE, condition);
    }

    /// Looks until what it sees is `wanted`, and returns it; fails after `limit` with what it saw last. Pauses as long
    /// as the look before it took: one that runs a program takes a processor from what is waited for.
    public static <T> T get(String what, Duration limit, Callable<T> look, Predicate<T> wanted) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        long began = System.nanoTime();
        var seen = look.call();
        while (!wanted.test(seen)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + limit.toMillis() + " ms: " + what + "; last seen:\n" + seen);
            }
            long took = System.nanoTime() - began;
            LockSupport.parkNanos(Math.clamp(took, LEAST_PAUSE.toNanos(), MOST_PAUSE.toNanos()));
            began = System.nanoTime();
            seen = look.call();
        }
        return seen;
    }
}
