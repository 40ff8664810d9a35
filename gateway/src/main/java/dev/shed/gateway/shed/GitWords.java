package dev.shed.gateway.shed;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/// The last of what git said, and in it the lines that say what went wrong.
final class GitWords extends OutputStream {
    /// Of this much only the end is of interest.
    private static final int MAX = 8192;

    private static final int MAX_LINES = 6;

    private static final Pattern LINE_BREAK = Pattern.compile("[\\r\\n]+");

    /// `Receiving objects:  45% (450/1000)`, `remote: Counting objects: 10, done.`, `Cloning into 'x'...`, and the
    /// sequences that git clears a line with.
    private static final Pattern PROGRESS = Pattern.compile(
            "(remote: )?(Enumerating|Counting|Compressing|Total|Receiving|Resolving|Updating|Filtering|Cloning into)\\b.*");

    private static final Pattern ESCAPES = Pattern.compile("\u001b\\[[0-9;]*[A-Za-z]");

    private byte[] kept = {};

    @Override
    public void write(int single) {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        int fresh = Math.min(length, MAX);
        int old = Math.min(kept.length, MAX - fresh);
        var all = new byte[old + fresh];
        System.arraycopy(kept, kept.length - old, all, 0, old);
        System.arraycopy(source, offset + length - fresh, all, old, fresh);
        kept = all;
    }

    /// Git's complaint in one line; empty when it made none.
    String complaint() {
        var lines = lines();
        return String.join("; ", lines.subList(Math.max(0, lines.size() - MAX_LINES), lines.size()));
    }

    private List<String> lines() {
        var text = ESCAPES.matcher(new String(kept, StandardCharsets.UTF_8)).replaceAll("");
        return LINE_BREAK
                .splitAsStream(text)
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !PROGRESS.matcher(line).matches())
                .toList();
    }
}
