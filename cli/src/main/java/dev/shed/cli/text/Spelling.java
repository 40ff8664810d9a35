package dev.shed.cli.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds the verb that was probably meant by another word.
public final class Spelling {
    /// At most a third of a verb may differ, so that short words do not match everything.
    private static final int LETTERS_AN_EDIT = 3;

    private Spelling() {}

    /// The known word that is nearest to `word`, among those that are near or that it abbreviates (`ls`).
    public static Optional<String> nearest(String word, Collection<String> known) {
        return known.stream()
                .filter(candidate -> isNear(word, candidate) || abbreviates(word, candidate))
                .min(Comparator.comparingInt(candidate -> edits(word, candidate)));
    }

    /// The lengths are compared first, since a word that somebody types may be long.
    private static boolean isNear(String word, String candidate) {
        int most = candidate.length() / LETTERS_AN_EDIT;
        return Math.abs(word.length() - candidate.length()) <= most && edits(word, candidate) <= most;
    }

    /// Whether it has the first letter of the other word, and more of its letters in their order.
    private static boolean abbreviates(String word, String candidate) {
        int found = 0;
        for (int i = 0; i < candidate.length() && found < word.length(); i++) {
            if (candidate.charAt(i) == word.charAt(found)) {
                found++;
            } else if (i == 0) {
                return false;
            }
        }
        return word.length() > 1 && found == word.length();
    }

    /// How many characters have to be inserted, removed, replaced or swapped with the next one (the distance of
    /// Damerau and Levenshtein, in which no part is edited twice).
    private static int edits(String from, String to) {
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
