package dev.shed.gateway.command;

import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Durations as people write them: `500ms`, `10s`, `5m`, `1h`; a number alone is seconds, as for sleep(1).
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

    /// As it would be written.
    static String text(Duration durationConverter) {
        if (durationConverter.toMillisPart() != 0) {
            return durationConverter.toMillis() + "ms";
        }
        if (durationConverter.toSecondsPart() != 0) {
            return durationConverter.toSeconds() + "s";
        }
        return durationConverter.toMinutesPart() != 0
                ? durationConverter.toMinutes() + "m"
                : durationConverter.toHours() + "h";
    }
}
