package dev.shed.gateway.command;

import java.time.Duration;
import java.time.Instant;

/// Times as people say them: `just now`, `30m ago`, `2h ago`, `3d ago`, `2y ago`.
public final class RelativeTime {
    private static final int DAYS_OF_A_YEAR = 365;

    private RelativeTime() {}

    /// How long before `now` it was. What lies ahead (the container's clock may differ) is `just now`.
    public static String of(Instant then, Instant now) {
        var age = Duration.between(then, now);
        if (age.toMinutes() < 1) {
            return "just now";
        }
        if (age.toHours() < 1) {
            return age.toMinutes() + "m ago";
        }
        if (age.toDays() < 1) {
            return age.toHours() + "h ago";
        }
        return age.toDays() < DAYS_OF_A_YEAR ? age.toDays() + "d ago" : age.toDays() / DAYS_OF_A_YEAR + "y ago";
    }
}
