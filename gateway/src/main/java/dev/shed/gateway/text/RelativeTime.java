package dev.shed.gateway.text;

import java.time.Duration;
import java.time.Instant;

/// Prints relative times: `just now`, `30m ago`, `2h ago`, `3d ago`, `2w ago`, `5mo ago`, `2y ago`. The unit
/// is chosen as by `docker ps` (units.HumanDuration): from days on, a unit is used from two of it. The client
/// has the same rule.
public final class RelativeTime {
    private static final int MINUTES_OF_HALF_AN_HOUR = 30;
    private static final int HOURS_OF_A_DAY = 24;
    private static final int HOURS_OF_TWO_DAYS = 2 * HOURS_OF_A_DAY;
    private static final int DAYS_OF_A_WEEK = 7;
    private static final int DAYS_OF_A_MONTH = 30;
    private static final int DAYS_OF_A_YEAR = 365;

    private RelativeTime() {}

    /// How long before `now` the time `then` was. A future time, as the container's clock may differ, is
    /// `just now`.
    public static String of(Instant then, Instant now) {
        var age = Duration.between(then, now);
        if (age.toMinutes() < 1) {
            return "just now";
        }
        if (age.toHours() < 1) {
            return age.toMinutes() + "m ago";
        }
        long hours = age.plusMinutes(MINUTES_OF_HALF_AN_HOUR).toHours();
        return hours < HOURS_OF_TWO_DAYS ? hours + "h ago" : ofDays(hours / HOURS_OF_A_DAY);
    }

    private static String ofDays(long days) {
        if (days < 2 * DAYS_OF_A_WEEK) {
            return days + "d ago";
        }
        if (days < 2 * DAYS_OF_A_MONTH) {
            return days / DAYS_OF_A_WEEK + "w ago";
        }
        return days < 2 * DAYS_OF_A_YEAR ? days / DAYS_OF_A_MONTH + "mo ago" : days / DAYS_OF_A_YEAR + "y ago";
    }
}
