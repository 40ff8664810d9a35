package dev.shed.gateway.audit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// So many at once, and so many more each second (a token bucket). Used by one thread at a time.
public final class RateLimit {
    private final int burst;
    private final int perSecond;
    private final Clock clock;
    private double left;
    private Instant asOf;

    /// @param burst how many at once
    public RateLimit(int burst, int perSecond, Clock clock) {
        this.burst = burst;
        this.perSecond = perSecond;
        this.clock = clock;
        this.left = burst;
        this.asOf = clock.instant();
    }

    /// Takes one; false when there is none left.
    public boolean take() {
        var now = clock.instant();
        // A clock that is set back gives nothing.
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
