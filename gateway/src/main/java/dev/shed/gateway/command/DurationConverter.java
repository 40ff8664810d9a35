package dev.shed.gateway.command;

import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Parses durations: `500ms`, `10s`, `5m`, `1h`. A number alone is seconds, as in sleep(1).
final class DurationConverter implements ITypeConverter<Duration> {
    /// Six digits of hours are a century.
    private static final Pattern RULE = Pattern.compile("([0-9]{1,6})(ms|s|m|h|)");

    @Override
    public Duration convert(String text) {
        var parts = RULE.matcher(text);
        if (!parts.matches()) {
            throw new TypeConversionException("'" + text + "' is not a duration such as 500ms, 10s, 5m or 1h");
        }
        long number = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofSeconds(number);
        };
    }

    /// A duration in the syntax that it is parsed from.
    static String text(Duration duration) {
        if (duration.toMillisPart() != 0) {
            return duration.toMillis() + "ms";
        }
        if (duration.toSecondsPart() != 0) {
            return duration.toSeconds() + "s";
        }
        return duration.toMinutesPart() != 0 ? duration.toMinutes() + "m" : duration.toHours() + "h";
    }
}
