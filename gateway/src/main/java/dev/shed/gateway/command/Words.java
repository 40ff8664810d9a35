package dev.shed.gateway.command;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.util.ArrayList;
import java.util.List;

/// Splits a line into words as a POSIX shell does (XCU 2.2), and does nothing else that a shell does: no
/// variables, globs, comments, pipes or redirections; `$`, `*`, `#`, `|`, `;` and the like are letters.
final class Words {
    private final String line;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private int next;
    /// Whether a word has begun: `''` is a word, though an empty one.
    private boolean inWord;

    private Words(String line) {
        this.line = line;
    }

    /// The words of `line`; `USAGE` when a quote is not closed or the line ends in a backslash.
    static List<String> split(String line) {
        return new Words(line).split();
    }

    /// The words of `line`, cut at white space alone where the quotes do not balance.
    static List<String> guess(String line) {
        try {
            return split(line);
        } catch (ShedException _) {
            return List.of(line.strip().split("\\s+"));
        }
    }

    /// Whether the quotes of `line` balance, and it does not end in a backslash.
    static boolean balance(String line) {
        try {
            split(line);
            return true;
        } catch (ShedException _) {
            return false;
        }
    }

    private List<String> split() {
        while (next < line.length()) {
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
        return List.copyOf(words);
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
            var what =
                    waitedFor.equals("\\") ? "the line ends in a backslash" : "a quote " + waitedFor + " is not closed";
            throw new ShedException(new Failure.Usage(what, "ssh shed@HOST help"));
        }
        return line.charAt(next++);
    }
}
