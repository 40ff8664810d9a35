package dev.shed.cli.sshconfig;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.shed.cli.failure.CliFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// The text of an ssh_config(5) file, split at the client's block. One character represents one byte, so that
/// the rest of the file is preserved.
///
/// @param before the lines above the block
/// @param block the block, if there is one
/// @param after the lines below it
public record ConfigText(String before, Optional<Block> block, String after) {
    private static final String FIRST = "# >>> shed ssh-config >>>";
    private static final String LAST = "# <<< shed ssh-config <<<";
    private static final Pattern FIRST_LINE = Pattern.compile(Pattern.quote(FIRST) + " ([0-9a-f]{8})( new-file)?\\b.*");
    private static final String ADVICE = ": made by 'shed ssh-config --install', which replaces it; do not edit";
    private static final Pattern HOST = Pattern.compile("(?i)\\s*Host(?:\\s+|\\s*=\\s*)(.*)");

    /// The lines between the block's markers.
    ///
    /// @param text all of it, including the markers
    /// @param isEdited whether it was edited since the client wrote it
    /// @param madeFile whether the client created the file
    /// @param entries the sheds that have entries
    public record Block(String text, boolean isEdited, boolean madeFile, List<Entry> entries) {
        public Block {
            entries = List.copyOf(entries);
        }
    }

    private record Line(int start, int end, String text) {}

    /// Splits a text at the block.
    ///
    /// @param file its name, for messages
    public static ConfigText parse(Path file, String text) {
        var lines = lines(text);
        var firsts =
                lines.stream().filter(line -> line.text().startsWith(FIRST)).toList();
        var lasts = lines.stream().filter(line -> line.text().startsWith(LAST)).toList();
        if (firsts.isEmpty() && lasts.isEmpty()) {
            return new ConfigText("", Optional.empty(), text);
        }
        if (firsts.size() != 1
                || lasts.size() != 1
                || firsts.getFirst().start() > lasts.getFirst().start()) {
            throw marks(file, lines, firsts, lasts);
        }
        int start = firsts.getFirst().start();
        int end = lasts.getFirst().end();
        return new ConfigText(
                text.substring(0, start), Optional.of(block(text.substring(start, end))), text.substring(end));
    }

    private static CliFailure marks(Path file, List<Line> lines, List<Line> firsts, List<Line> lasts) {
        var where = Stream.concat(firsts.stream(), lasts.stream())
                .map(line -> Integer.toString(1 + lines.indexOf(line)))
                .toList();
        return new CliFailure(
                CliFailure.Code.CONFIG,
                file + ": the marks of shed's block are damaged (line " + String.join(", ", where)
                        + "); nothing was changed",
                "remove the lines that begin with '" + FIRST + "' and '" + LAST + "', and what is left of the block");
    }

    private static Block block(String text) {
        var lines = lines(text);
        var body = lines.subList(1, lines.size() - 1).stream().map(Line::text).toList();
        var first = FIRST_LINE.matcher(lines.getFirst().text());
        boolean known = first.matches();
        return new Block(
                text,
                !known || !first.group(1).equals(checksum(body)),
                known && first.group(2) != null,
                body.stream().flatMap(line -> Entry.announced(line).stream()).toList());
    }

    /// The lines without their line ends.
    private static List<Line> lines(String text) {
        var lines = new ArrayList<Line>();
        int start = 0;
        while (start < text.length()) {
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline + 1;
            lines.add(new Line(start, end, text.substring(start, end).stripTrailing()));
            start = end;
        }
        return lines;
    }

    /// A block with these lines and the markers.
    static String marked(List<String> body, boolean madeFile) {
        var text = new StringBuilder(FIRST).append(' ').append(checksum(body));
        text.append(madeFile ? " new-file" : "").append(ADVICE).append('\n');
        body.forEach(line -> text.append(line).append('\n'));
        return text.append(LAST).append('\n').toString();
    }

    private static String checksum(List<String> body) {
        var checksum = new CRC32C();
        body.forEach(line -> checksum.update((line + "\n").getBytes(ISO_8859_1)));
        return "%08x".formatted(checksum.getValue());
    }

    /// All but the block.
    public String rest() {
        return before + after;
    }

    /// The file with this block in place of the present one. It is written first: ssh uses the first of
    /// several values, so nothing of the user's own can override it. It ends with `Host *`, so that following
    /// lines without a `Host` still apply to all hosts.
    String with(List<String> body, boolean madeFile) {
        var block = marked(body, madeFile);
        return (isDos() ? block.replace("\n", "\r\n") : block) + rest();
    }

    private boolean isDos() {
        var all = rest().isEmpty() ? block.map(Block::text).orElse("") : rest();
        int newline = all.indexOf('\n');
        return newline > 0 && all.charAt(newline - 1) == '\r';
    }

    /// The names with the client's prefix in the user's own `Host` lines.
    TreeSet<String> ownAliases() {
        var names = new TreeSet<String>();
        for (var line : lines(rest())) {
            Optional.of(HOST.matcher(line.text())).filter(Matcher::matches).stream()
                    .flatMap(match -> Stream.of(match.group(1).split("[\\s\"]+", -1)))
                    .filter(name -> name.matches(ConfigBody.PREFIX + "[A-Za-z0-9_-]+"))
                    .forEach(names::add);
        }
        return names;
    }
}
