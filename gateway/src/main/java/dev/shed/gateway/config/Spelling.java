package dev.shed.gateway.config;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Suggests a known key for a misspelt one.
final class Spelling {
    /// The largest edit distance of a suggestion. At most a third of the word may differ, so that short words
    /// do not match everything.
    private static final int MOST_EDITS = 4;

    private Spelling() {}

    /// The known path that is closest to `path`, or that has the same last name in another section.
    static Optional<String> nearest(String path, List<String> known) {
        var near = known.stream()
                .filter(candidate -> edits(path, candidate) <= Math.min(MOST_EDITS, candidate.length() / 3))
                .min(Comparator.comparingInt(candidate -> edits(path, candidate)));
        return near.or(() -> known.stream()
                .filter(candidate -> edits(name(path), name(candidate)) <= 1)
                .findFirst());
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /// The Levenshtein distance.
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
