package dev.shed.gateway.startup;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Pattern;

/// The penalties for the sources of failed connections, as in sshd's `PerSourcePenalties`.
///
/// @param penalties the penalty for each misconduct; if empty, there are none at all
/// @param min the sum above which connections are refused
/// @param max the longest penalty
/// @param maxSources4 how many IPv4 sources are stored
/// @param maxSources6 how many IPv6 sources are stored
/// @param denyAll whether all connections are refused when that many are stored; otherwise the penalty that
/// ends first is dropped
public record PenaltyRules(
        Map<Misconduct, Duration> penalties,
        Duration min,
        Duration max,
        int maxSources4,
        int maxSources6,
        boolean denyAll) {
    private static final Pattern TIME = Pattern.compile("(?:[0-9]{1,6}[smhd])*[0-9]{1,6}[smhd]?");
    private static final Pattern PART = Pattern.compile("([0-9]+)([smhd]?)");
    private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,6}");

    /// Copies the map.
    public PenaltyRules {
        penalties = Map.copyOf(penalties);
    }

    /// Parses `no`, or words such as `authfail:5s` separated by blanks. Values that are not given have sshd's
    /// defaults.
    ///
    /// @throws IllegalArgumentException with the invalid word as its message
    public static PenaltyRules parse(String text) {
        var reader = new Reader();
        if (!text.equals("no")) {
            for (var word : text.strip().split("\\s+", -1)) {
                reader.read(word);
            }
        }
        return reader.rules(text.equals("no"));
    }

    private static final class Reader {
        private final Map<Misconduct, Duration> penalties = new EnumMap<>(Misconduct.class);
        private Duration min = Duration.ofSeconds(15);
        private Duration max = Duration.ofMinutes(10);
        private int sources4 = 65536;
        private int sources6 = 65536;
        private boolean denyAll;

        Reader() {
            for (var kind : Misconduct.values()) {
                penalties.put(kind, kind.usually());
            }
        }

        void read(String word) {
            int colon = word.indexOf(':');
            var name = word.substring(0, Math.max(0, colon));
            var value = word.substring(colon + 1);
            switch (name) {
                case "min" -> min = time(word, value);
                case "max" -> max = time(word, value);
                case "max-sources4" -> sources4 = count(word, value);
                case "max-sources6" -> sources6 = count(word, value);
                case "overflow" -> denyAll = denies(word, value);
                default ->
                    penalties.put(
                            Misconduct.called(name).orElseThrow(() -> new IllegalArgumentException(word)),
                            time(word, value));
            }
        }

        PenaltyRules rules(boolean none) {
            return new PenaltyRules(none ? Map.of() : penalties, min, max, sources4, sources6, denyAll);
        }
    }

    private static Duration time(String word, String value) {
        if (!TIME.matcher(value).matches()) {
            throw new IllegalArgumentException(word);
        }
        return PART.matcher(value)
                .results()
                .map(part -> unit(part.group(2)).multipliedBy(Long.parseLong(part.group(1))))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static Duration unit(String letter) {
        return switch (letter) {
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            case "d" -> Duration.ofDays(1);
            default -> Duration.ofSeconds(1);
        };
    }

    private static int count(String word, String value) {
        if (!COUNT.matcher(value).matches()) {
            throw new IllegalArgumentException(word);
        }
        return Integer.parseInt(value);
    }

    private static boolean denies(String word, String value) {
        return switch (value) {
            case "deny-all" -> true;
            case "permissive" -> false;
            default -> throw new IllegalArgumentException(word);
        };
    }
}
