package dev.shed.gateway.text;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Parses and prints quantities of processors and bytes.
public final class Quantities {
    private static final Pattern CPUS = Pattern.compile("[0-9]{1,4}(\\.[0-9]{1,9})?");

    private static final int NANO_DIGITS = 9;

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})([kmg]?)(i?b)?", Pattern.CASE_INSENSITIVE);

    /// The least memory in bytes that the engine accepts.
    private static final long LEAST_MEMORY = 6L << 20;

    private Quantities() {}

    /// Parses a number of processors (`2`, `0.5`), in billionths.
    public static OptionalLong nanoCpus(Optional<String> text) {
        return text.map(Quantities::nanoCpus).map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    /// Parses a number of bytes (`512m`, `4GiB`). The unit is always binary.
    public static OptionalLong bytes(Optional<String> text) {
        return text.map(Quantities::bytes).map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    /// Prints a number of bytes in the largest unit that divides it: `512 MiB`, `1025 B`.
    public static String shown(long bytes) {
        for (int power = 3; power > 0; power--) {
            if (bytes % (1L << (10 * power)) == 0) {
                return (bytes >> (10 * power)) + " " + "KMG".charAt(power - 1) + "iB";
            }
        }
        return bytes + " B";
    }

    private static long nanoCpus(String text) {
        if (CPUS.matcher(text).matches()) {
            long nano = new BigDecimal(text).movePointRight(NANO_DIGITS).longValueExact();
            if (nano > 0) {
                return nano;
            }
        }
        throw new ShedException(Failure.invalidName("number of CPUs", text, "a number above 0, such as 2 or 0.5"));
    }

    private static long bytes(String text) {
        var matcher = SIZE.matcher(text);
        if (matcher.matches()) {
            long bytes = Long.parseLong(matcher.group(1)) << shift(matcher.group(2));
            if (bytes >= LEAST_MEMORY) {
                return bytes;
            }
        }
        throw new ShedException(Failure.invalidName("size of memory", text, "6MiB or more, such as 512MiB or 4GiB"));
    }

    private static int shift(String unit) {
        return switch (unit.toLowerCase(Locale.ROOT)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 0;
        };
    }
}
