package dev.shed.gateway.text;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Splits a line into words as a POSIX shell does (XCU 2.2). There are no variables, globs, comments, pipes
/// or redirections: `$`, `*`, `#`, `|`, `;` and the like are ordinary characters.
///
/// @param list the words, up to the requested number; split at white space if the quotes are unbalanced
/// @param more whether there are more words, which have not been read
/// @param objection why the quotes are unbalanced; null if they are balanced as far as the line was read
public record ShellWords(
        List<String> list, boolean more, @Nullable Failure objection) {
    /// A word that needs no quotes.
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/+-]+");

    private static final String BLANK = " \t\n\r";

    /// The word as a POSIX shell reads it: in single quotes, unless it needs none.
    public static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /// Reads at most `most` words. A line may have a hundred thousand, so a caller that needs one reads only
    /// that.
    public static ShellWords of(String line, int most) {
        var splitter = new Splitter(line, most);
        try {
            splitter.split();
            return new ShellWords(List.copyOf(splitter.words), splitter.hasMore(), null);
        } catch (ShedException e) {
            var pieces = List.of(line.strip().split("\\s+", most + 1));
            boolean more = pieces.size() > most;
            return new ShellWords(more ? pieces.subList(0, most) : pieces, more, e.failure());
        }
    }

    /// The first word, if there is one.
    public Optional<String> first() {
        return list.stream().findFirst();
    }

    /// Whether the quotes are balanced, as far as the line was read.
    public boolean balance() {
        return objection == null;
    }

    /// The words; fails with `USAGE` if a quote is not closed or the line ends in a backslash.
    public List<String> requireBalanced() {
        if (objection != null) {
            throw new ShedException(objection);
        }
        return list;
    }

    private static final class Splitter {
        private final List<String> words = new ArrayList<>();
        private final String line;
        private final int most;
        private final StringBuilder word = new StringBuilder();
        private int next;

        /// Whether a word has begun: `''` is an empty word.
        private boolean inWord;

        Splitter(String line, int most) {
            this.line = line;
            this.most = most;
        }

        void split() {
            while (next < line.length() && words.size() < most) {
                char c = line.charAt(next++);
                switch (c) {
                    case ' ', '\t', '\n', '\r' -> endWord();
                    case '\'' -> singleQuoted();
                    case '"' -> doubleQuoted();
                    case '\\' -> append(take("\\"));
                    default -> append(c);
                }
            }
            endWord();
        }

        boolean hasMore() {
            while (next < line.length() && BLANK.indexOf(line.charAt(next)) >= 0) {
                next++;
            }
            return next < line.length();
        }

        private void append(char c) {
            inWord = true;
            word.append(c);
        }

        private void endWord() {
            if (inWord) {
                words.add(word.toString());
                word.setLength(0);
                inWord = false;
            }
        }

        private void singleQuoted() {
            inWord = true;
            for (char c = take("'"); c != '\''; c = take("'")) {
                word.append(c);
            }
        }

        private void doubleQuoted() {
            inWord = true;
            for (char c = take("\""); c != '"'; c = take("\"")) {
                if (c == '\\' && next < line.length() && "$`\"\\".indexOf(line.charAt(next)) >= 0) {
                    word.append(line.charAt(next++));
                } else {
                    word.append(c);
                }
            }
        }

        private char take(String waitedFor) {
            if (next == line.length()) {
                var what = waitedFor.equals("\\")
                        ? "the line ends in a backslash"
                        : "a quote " + waitedFor + " is not closed";
                throw new ShedException(Failure.usage(what, "ssh shed@HOST help"));
            }
            return line.charAt(next++);
        }
    }
}
