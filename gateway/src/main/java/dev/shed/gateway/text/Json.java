package dev.shed.gateway.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.shed.gateway.failure.CommandStyle;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Writes values as one line of JSON. The names of the record components are the field names of docs/spec.md,
/// in its order.
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private Json() {}

    /// A failure in JSON.
    record ErrorAnswer(Detail error) {
        record Detail(String code, String message, String hint) {}
    }

    /// A failure as the answer to a command with `--json`.
    ///
    /// @param style of the commands in its hint
    public static ErrorAnswer error(Failure failure, CommandStyle style) {
        var hint = FailureText.hint(failure, style);
        return new ErrorAnswer(new ErrorAnswer.Detail(failure.code(), failure.message(), hint));
    }

    /// `answer` and a line feed.
    public static String line(Object answer) {
        try {
            return FailureText.printableJson(MAPPER.writeValueAsString(answer)) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Escapes a part of a string, without quotes.
    public static String inString(String part) {
        var quoted = line(part);
        return quoted.substring(1, quoted.length() - "\"\n".length());
    }

    /// ISO 8601 in UTC, to the second.
    public static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
