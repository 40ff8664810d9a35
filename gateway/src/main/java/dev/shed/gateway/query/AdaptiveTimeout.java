package dev.shed.gateway.query;

import java.time.Duration;

/// How long a shed is waited for when others, asked at the same time, have answered. Times are those of
/// [System#nanoTime()]; used by one thread.
final class AdaptiveTimeout {
    /// An answer takes milliseconds, on a machine that is busy a second; as long as answers come it is busy with them.
    static final Duration ANSWER = Duration.ofSeconds(1);

    /// The way into a container that nobody was in before takes the engine a tenth of a second, and a busy one some
    /// seconds.
    static final Duration WAY_IN = Duration.ofSeconds(5);

    /// The time limit for a shed that did not answer the previous query.
    static final Duration SECOND_CHANCE = Duration.ofMillis(250);

    /// A shed is silent only after this multiple of the slowest answer so far.
    private static final int TIMES_THE_SLOWEST = 2;

    private final Duration limit;
    private boolean measured;
    private long latest;
    private long slowest;

    /// @param limit the most that anybody gets; all that there is as long as nobody has answered
    AdaptiveTimeout(Duration limit) {
        this.limit = limit;
    }

    /// Records that a shed answered a query that had reached it at `since`.
    void answered(long since, long now) {
        slowest = Math.max(slowest, now - since);
        latest = measured ? Math.max(latest, now) : now;
        measured = true;
    }

    /// Whether a shed has been waited for long enough.
    ///
    /// @param inside whether the question has arrived in the container, and not only set out for it
    /// @param since when it arrived, or set out
    /// @param silent whether this shed did not answer the last time
    boolean isOver(boolean inside, long since, boolean silent, long now) {
        if (now - since > limit.toNanos()) {
            return true;
        }
        if (!measured) {
            return false;
        }
        if (silent) {
            return now - since > Math.max(SECOND_CHANCE.toNanos(), TIMES_THE_SLOWEST * slowest);
        }
        var least = inside ? ANSWER : WAY_IN;
        // While others still answer, nobody waits for this one.
        return Math.min(now - since, now - latest) > Math.max(least.toNanos(), TIMES_THE_SLOWEST * slowest);
    }
}
