package dev.shed.gateway.startup;

import java.util.regex.Pattern;

/// When connections are dropped because so many others have not logged in yet (random early drop, as sshd's
/// `MaxStartups`).
///
/// @param start as long as there are fewer, nobody is dropped
/// @param rate how many of a hundred are dropped from then on; it grows up to `full`
/// @param full from so many on everybody is dropped
public record MaxStartups(int start, int rate, int full) {
    private static final Pattern SYNTAX = Pattern.compile("([1-9][0-9]{0,5})(?::([1-9][0-9]?|100):([1-9][0-9]{0,5}))?");

    /// Holds the numbers to their order.
    public MaxStartups {
        if (start > full) {
            throw new IllegalArgumentException(start + ":" + rate + ":" + full);
        }
    }

    /// Reads `START:RATE:FULL`, or one number for start and full.
    ///
    /// @throws IllegalArgumentException when it is neither
    public static MaxStartups parse(String text) {
        var parts = SYNTAX.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(text);
        }
        int start = Integer.parseInt(parts.group(1));
        return parts.group(2) == null
                ? new MaxStartups(start, 100, start)
                : new MaxStartups(start, Integer.parseInt(parts.group(2)), Integer.parseInt(parts.group(3)));
    }

    /// Whether one more is dropped.
    ///
    /// @param others how many have not logged in
    /// @param draw a random number from 0 to 99
    boolean drops(int others, int draw) {
        if (others < start) {
            return false;
        }
        return others >= full || draw < rate + (100 - rate) * (others - start) / (full - start);
    }
}
