package dev.shed.gateway.shed.create;

import dev.shed.gateway.tmux.PlainText;
import java.util.List;
import java.util.regex.Pattern;

/// Extracts the error messages from git's output.
final class GitWords {
    /// How many bytes of the end of the output are read.
    static final int MOST = 8192;

    private static final int MAX_LINES = 6;

    private static final Pattern LINE_BREAK = Pattern.compile("[\\r\\n]+");

    /// Progress lines such as `Receiving objects:  45% (450/1000)`, `remote: Counting objects: 10, done.`,
    /// `Cloning into 'x'...`.
    private static final Pattern PROGRESS = Pattern.compile(
            "(remote: )?(Enumerating|Counting|Compressing|Total|Receiving|Resolving|Updating|Filtering|Cloning into)\\b.*");

    private GitWords() {}

    /// Git's last messages in one line; empty if there are none.
    static String complaint(String said) {
        var lines = lines(said);
        return String.join("; ", lines.subList(Math.max(0, lines.size() - MAX_LINES), lines.size()));
    }

    private static List<String> lines(String said) {
        return LINE_BREAK
                .splitAsStream(said)
                .map(line -> PlainText.of(line).strip())
                .filter(line -> !line.isEmpty() && !PROGRESS.matcher(line).matches())
                .toList();
    }
}
