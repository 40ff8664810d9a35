package dev.shed.cli.sshconfig;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A shed with its own `Host` entry.
///
/// @param server the server's name
/// @param shed the shed's name
public record Entry(String server, String shed) implements Comparable<Entry> {
    /// The names that may be written to `~/.ssh/config`, whatever names a server reports.
    private static final Pattern SHED = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

    private static final Pattern COMMENT = Pattern.compile("# ([A-Za-z0-9][A-Za-z0-9._-]*)/(" + SHED + ")");
    private static final Comparator<Entry> ORDER =
            Comparator.comparing(Entry::server).thenComparing(Entry::shed);

    /// Whether a shed of this name can have an entry.
    public static boolean isPlain(String shed) {
        return SHED.matcher(shed).matches();
    }

    /// The entry that a line of the block declares, if any.
    static Optional<Entry> announced(String line) {
        return Optional.of(COMMENT.matcher(line))
                .filter(Matcher::matches)
                .map(match -> new Entry(match.group(1), match.group(2)));
    }

    String comment() {
        return "# " + server + "/" + shed;
    }

    @Override
    public int compareTo(Entry other) {
        return ORDER.compare(this, other);
    }
}
