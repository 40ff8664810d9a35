package dev.shed.gateway.access.key;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;

/// Parses a file line by line. A line with an error is skipped and logged as a warning.
///
/// @param noun the content of the lines, in the plural
/// @param log for the warnings
public record KeyLines<T>(String noun, LineParser<T> parser, Logger log) implements KeyFile.Parser<List<T>> {
    /// Parses a line without its line break; empty if it is blank or a comment.
    public interface LineParser<T> {
        Optional<T> parse(int number, String line) throws RefusedLineException;
    }

    @Override
    public List<T> parse(Path file, byte[] content) {
        // Invalid UTF-8 is tolerated: a comment in another encoding must not disable the whole file.
        var text = new String(content, StandardCharsets.UTF_8);
        var lines = (text.startsWith("\ufeff") ? text.substring(1) : text).split("\n", -1);
        var values = new ArrayList<T>();
        for (int i = 0; i < lines.length; i++) {
            parse(file, i + 1, lines[i]).ifPresent(values::add);
        }
        log.atInfo()
                .addKeyValue("file", file)
                .addKeyValue("keys", values.size())
                .log(noun + " read");
        return List.copyOf(values);
    }

    private Optional<T> parse(Path file, int number, String line) {
        try {
            return parser.parse(number, line);
        } catch (RefusedLineException e) {
            log.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("line", number)
                    .addKeyValue("reason", e.reason())
                    .log("line of " + noun + " skipped");
            return Optional.empty();
        }
    }
}
