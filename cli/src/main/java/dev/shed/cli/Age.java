package dev.shed.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/// How long ago something was, as the gateway's tables say it.
public final class Age {
    private Age() {}

    /// How long before `now` a time was.
    ///
    /// @param time ISO 8601; anything else is shown as it is
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
        return age.toDays() < 1 ? age.toHours() + "h ago" : age.toDays() + "d ago";
    }
}
