package dev.shed.gateway.audit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// A rate limit (token bucket): a burst, and then a fixed number a second. Not thread-safe.
public final class RateLimit {
    private final int burst;
    private final int perSecond;
    private final Clock clock;
    private double left;
    private Instant asOf;

    /// @param burst the size of the bucket, which is full at first
    public RateLimit(int burst, int perSecond, Clock clock) {
        this.burst = burst;
        this.perSecond = perSecond;
        this.clock = clock;
        this.left = burst;
        this.asOf = clock.instant();
    }

    /// Takes one token; false if there is none.
    public boolean take() {
        var now = clock.instant();
        // A clock that is set back adds no tokens.
        double seconds = Math.max(0, Duration.between(asOf, now).toNanos() / 1e9);
        left = Math.min(burst, left + seconds * perSecond);
        asOf = now;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
