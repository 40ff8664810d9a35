package dev.shed.cli.sshconfig;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.util.ArrayList;
import java.util.List;

/// The difference of two texts in the format of `diff -u`.
public final class UnifiedDiff {
    private static final int CONTEXT = 3;
    private static final String UNENDED = "\n\\ No newline at end of file";

    private UnifiedDiff() {}

    /// The difference; empty if the texts are equal.
    public static String of(String oldName, String old, String freshName, String fresh) {
        var from = lines(old);
        var patch = DiffUtils.diff(from, lines(fresh));
        var diff = UnifiedDiffUtils.generateUnifiedDiff(oldName, freshName, from, patch, CONTEXT);
        diff.replaceAll(UnifiedDiff::withoutFirstLine);
        return diff.isEmpty() ? "" : String.join("\n", diff) + "\n";
    }

    /// Replaces the library's "-1,0" for an empty text by "-0,0", which diff(1) and patch(1) use.
    private static String withoutFirstLine(String line) {
        return line.startsWith("@@ ") ? line.replace("@@ -1,0 ", "@@ -0,0 ").replace(" +1,0 @@", " +0,0 @@") : line;
    }

    /// Splits a text into lines. The library does not record whether the last line ends with a line break, so
    /// diff(1)'s remark is added to that line.
    private static List<String> lines(String text) {
        var lines = new ArrayList<>(List.of(text.split("\n", -1)));
        var last = lines.removeLast();
        if (!last.isEmpty()) {
            lines.add(last + UNENDED);
        }
        return lines;
    }
}
