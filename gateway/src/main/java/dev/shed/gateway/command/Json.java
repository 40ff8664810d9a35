package dev.shed.gateway.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import java.io.Serial;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Values as one line of JSON. The component names of the records are the spec's field names, in its order.
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    static {
        MAPPER.getFactory().setCharacterEscapes(new TerminalSafe());
    }

    private Json() {}

    /// What a failure looks like.
    record ErrorAnswer(Detail error) {
        record Detail(String code, String message, String hint) {}
    }

    /// @param client as in [FailureText#hint]
    static ErrorAnswer error(Failure failure, Optional<String> client) {
        var hint = FailureText.hint(failure, client);
        return new ErrorAnswer(new ErrorAnswer.Detail(failure.code(), failure.message(), hint));
    }

    /// `answer` and a line feed.
    public static String line(Object answer) {
        try {
            return MAPPER.writeValueAsString(answer) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A part of a string, as it stands between the quotes.
    static String inString(String part) {
        var quoted = line(part);
        return quoted.substring(1, quoted.length() - "\"\n".length());
    }

    /// ISO 8601 in UTC, to the second.
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /// JSON itself escapes control characters below U+0020 only; the others move cursors and turn lines around
    /// just as well when somebody looks at the answer on a terminal.
    private static final class TerminalSafe extends CharacterEscapes {
        @Serial
        private static final long serialVersionUID = 1L;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes[0x7f] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            boolean safe = Character.isSurrogate((char) character)
                    || FailureText.printable(Character.toString(character)).codePointAt(0) == character;
            return safe ? null : new SerializedString(String.format("\\u%04x", character));
        }
    }
}
