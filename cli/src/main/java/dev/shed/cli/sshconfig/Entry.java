package dev.shed.cli.sshconfig;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A shed that has a `Host` entry of its own.
///
/// @param server the server's name
/// @param shed the shed's name
public record Entry(String server, String shed) implements Comparable<Entry> {
    /// Whatever a server calls its sheds: nothing else may stand in a line of `~/.ssh/config`.
    private static final Pattern SHED = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

    private static final Pattern COMMENT = Pattern.compile("# ([A-Za-z0-9][A-Za-z0-9._-]*)/(" + SHED + ")");
    private static final Comparator<Entry> ORDER =
            Comparator.comparing(Entry::server).thenComparing(Entry::shed);

    /// Whether a shed of this name can have an entry.
    public static boolean isPlain(String shed) {
        return SHED.matcher(shed).matches();
    }

    /// The entry that a line of the block announces, if it does.
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
