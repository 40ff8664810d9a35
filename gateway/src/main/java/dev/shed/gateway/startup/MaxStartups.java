package dev.shed.gateway.startup;

import java.util.regex.Pattern;

/// When new connections are dropped because too many others have not logged in yet (random early drop, as in
/// sshd's `MaxStartups`).
///
/// @param start with fewer connections none is dropped
/// @param rate percentage dropped from `start` on; it grows linearly up to `full`
/// @param full with this many connections every new one is dropped
public record MaxStartups(int start, int rate, int full) {
    private static final Pattern SYNTAX = Pattern.compile("([1-9][0-9]{0,5})(?::([1-9][0-9]?|100):([1-9][0-9]{0,5}))?");

    /// Checks the order of the numbers.
    public MaxStartups {
        if (start > full) {
            throw new IllegalArgumentException(start + ":" + rate + ":" + full);
        }
    }

    /// Parses `START:RATE:FULL`, or one number for start and full.
    ///
    /// @throws IllegalArgumentException if the text has another form
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

    /// Whether a new connection is dropped.
    ///
    /// @param others how many connections have not logged in
    /// @param draw a random number from 0 to 99
    boolean drops(int others, int draw) {
        if (others < start) {
            return false;
        }
        return others >= full || draw < rate + (100 - rate) * (others - start) / (full - start);
    }
}
