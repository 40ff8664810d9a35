package dev.shed.gateway.query;

import java.time.Duration;

/// Decides how long to wait for a shed when others that were asked at the same time have answered. Times
/// are those of [System#nanoTime()]. Used by one thread.
final class AdaptiveTimeout {
    /// How long to wait for an answer. It takes milliseconds, and on a busy machine a second.
    static final Duration ANSWER = Duration.ofSeconds(1);

    /// How long to wait until the query has reached a container. The first process in a container takes the
    /// engine a tenth of a second, and a busy engine some seconds.
    static final Duration WAY_IN = Duration.ofSeconds(5);

    /// The time limit for a shed that did not answer the previous query.
    static final Duration SECOND_CHANCE = Duration.ofMillis(250);

    /// No wait is shorter than the slowest answer so far, times this.
    private static final int TIMES_THE_SLOWEST = 2;

    private final Duration limit;
    private boolean measured;
    private long latest;
    private long slowest;

    /// @param limit the longest wait, and the only limit until a shed has answered
    AdaptiveTimeout(Duration limit) {
        this.limit = limit;
    }

    /// Records that a shed answered a query that had reached it at `since`.
    void answered(long since, long now) {
        slowest = Math.max(slowest, now - since);
        latest = measured ? Math.max(latest, now) : now;
        measured = true;
    }

    /// Whether the wait for a shed is over.
    ///
    /// @param inside whether the query has reached the container
    /// @param since when it reached it, or else when it was sent
    /// @param silent whether this shed did not answer the previous query
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
        // While others still answer, waiting for this one delays nobody.
        return Math.min(now - since, now - latest) > Math.max(least.toNanos(), TIMES_THE_SLOWEST * slowest);
    }
}
