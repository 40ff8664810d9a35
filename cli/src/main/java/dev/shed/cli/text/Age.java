package dev.shed.cli.text;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/// Prints relative times with the gateway's rules: the units are chosen as by `docker ps`.
public final class Age {
    private static final int MINUTES_OF_HALF_AN_HOUR = 30;
    private static final int HOURS_OF_A_DAY = 24;
    private static final int HOURS_OF_TWO_DAYS = 2 * HOURS_OF_A_DAY;
    private static final int DAYS_OF_A_WEEK = 7;
    private static final int DAYS_OF_A_MONTH = 30;
    private static final int DAYS_OF_A_YEAR = 365;

    private Age() {}

    /// How long before `now` a time was.
    ///
    /// @param time ISO 8601; any other text is returned unchanged
    public static String of(String time, Instant now) {
        try {
            return of(Duration.between(Instant.parse(time), now));
        } catch (DateTimeException _) {
            return time;
        }
    }

    private static String of(Duration age) {
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
