package dev.shed.gateway.access.key;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;

/// Reads a file of lines. A line with an error is skipped, and the operator is warned of it.
///
/// @param noun what the lines hold, in the plural
/// @param log for the warnings
public record KeyLines<T>(String noun, LineParser<T> parser, Logger log) implements KeyFile.Parser<List<T>> {
    /// Reads a line without its end; empty when it is blank or a comment.
    public interface LineParser<T> {
        Optional<T> parse(int number, String line) throws RefusedLineException;
    }

    @Override
    public List<T> parse(Path file, byte[] content) {
        // Not strict UTF-8: a comment in another encoding must not lock everybody out.
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
