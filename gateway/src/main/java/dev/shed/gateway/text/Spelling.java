package dev.shed.gateway.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds the word that was probably meant by a misspelt one.
public final class Spelling {
    /// The most edits in the name of a shed, a session or a verb.
    public static final int MOST_EDITS = 2;

    /// At most a third of the word may differ, so that short words do not match everything.
    private static final int LETTERS_AN_EDIT = 3;

    private Spelling() {}

    /// The known word that is closest to `word`, and not equal to it.
    ///
    /// @param most the largest number of edits
    public static Optional<String> nearest(String word, Collection<String> known, int most) {
        return known.stream()
                .filter(candidate -> !candidate.equals(word))
                .filter(candidate -> isNear(word, candidate, Math.min(most, candidate.length() / LETTERS_AN_EDIT)))
                .min(Comparator.comparingInt(candidate -> edits(word, candidate)));
    }

    /// The lengths are compared first, since a word that somebody sends may be long.
    private static boolean isNear(String word, String candidate, int most) {
        return Math.abs(word.length() - candidate.length()) <= most && edits(word, candidate) <= most;
    }

    /// How many characters have to be inserted, removed, replaced or swapped with the next one (the distance of
    /// Damerau and Levenshtein, in which no part is edited twice).
    public static int edits(String from, String to) {
        var beforeLast = new int[to.length() + 1];
        var last = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            var row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = last[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
                if (areSwapped(from, i, to, j)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[to.length()];
    }

    private static boolean areSwapped(String from, int i, String to, int j) {
        return i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
    }
}
