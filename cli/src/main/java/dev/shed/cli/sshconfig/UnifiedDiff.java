package dev.shed.cli.sshconfig;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The difference of two texts, as `diff -u` tells it and `patch` takes it (after E. W. Myers, An O(ND) Difference
/// Algorithm, 1986).
public final class UnifiedDiff {
    private static final int CONTEXT = 3;

    private final List<String> old;
    private final List<String> fresh;

    /// A line that stays, goes or comes.
    private record Step(char sign, String line) {}

    private UnifiedDiff(String old, String fresh) {
        this.old = lines(old);
        this.fresh = lines(fresh);
    }

    /// Empty when the texts are equal.
    public static String of(String oldName, String old, String freshName, String fresh) {
        var hunks = new UnifiedDiff(old, fresh).hunks();
        return hunks.isEmpty() ? "" : "--- " + oldName + "\n+++ " + freshName + "\n" + hunks;
    }

    /// The lines, with their ends.
    private static List<String> lines(String text) {
        return text.isEmpty()
                ? List.of()
                : List.of(text.split("(?<=\n)", -1)).stream()
                        .filter(l -> !l.isEmpty())
                        .toList();
    }

    private List<Step> steps() {
        int head = 0;
        int shorter = Math.min(old.size(), fresh.size());
        while (head < shorter && old.get(head).equals(fresh.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < shorter - head && old.get(old.size() - 1 - tail).equals(fresh.get(fresh.size() - 1 - tail))) {
            tail++;
        }
        var steps = new ArrayList<Step>();
        old.subList(0, head).forEach(line -> steps.add(new Step(' ', line)));
        steps.addAll(middle(old.subList(head, old.size() - tail), fresh.subList(head, fresh.size() - tail)));
        old.subList(old.size() - tail, old.size()).forEach(line -> steps.add(new Step(' ', line)));
        return steps;
    }

    /// The shortest way, found by going as far as possible on every diagonal with 0, 1, 2… differences.
    private static List<Step> middle(List<String> a, List<String> b) {
        int most = a.size() + b.size();
        var reached = new int[2 * most + 3];
        var trace = new ArrayList<int[]>();
        for (int d = 0; d <= most; d++) {
            for (int k = -d; k <= d; k += 2) {
                int x = isDown(reached, most, k, d) ? reached[most + 2 + k] : reached[most + k] + 1;
                while (x < a.size() && x - k < b.size() && a.get(x).equals(b.get(x - k))) {
                    x++;
                }
                reached[most + 1 + k] = x;
                if (x >= a.size() && x - k >= b.size()) {
                    return back(a, b, trace);
                }
            }
            // What d differences reached, from diagonal -d on.
            trace.add(java.util.Arrays.copyOfRange(reached, most + 1 - d, most + 2 + d));
        }
        throw new IllegalStateException("no way from one text to the other");
    }

    private static boolean isDown(int[] reached, int most, int k, int d) {
        return k == -d || (k != d && reached[most + k] < reached[most + 2 + k]);
    }

    /// From the end back to the start, by what was reached with one difference less each time.
    private static List<Step> back(List<String> a, List<String> b, List<int[]> trace) {
        var steps = new ArrayList<Step>();
        int x = a.size();
        int y = b.size();
        for (int d = trace.size(); d > 0; d--) {
            var before = trace.get(d - 1);
            int k = x - y;
            boolean down = k == -d || (k != d && at(before, d - 1, k - 1) < at(before, d - 1, k + 1));
            int from = down ? at(before, d - 1, k + 1) : at(before, d - 1, k - 1);
            int start = down ? from : from + 1;
            while (x > start) {
                steps.add(new Step(' ', a.get(--x)));
                y--;
            }
            steps.add(down ? new Step('+', b.get(--y)) : new Step('-', a.get(--x)));
        }
        while (x > 0) {
            steps.add(new Step(' ', a.get(--x)));
        }
        Collections.reverse(steps);
        return steps;
    }

    private static int at(int[] reached, int d, int k) {
        return k < -d || k > d ? -1 : reached[d + k];
    }

    private String hunks() {
        var steps = steps();
        var text = new StringBuilder();
        int from = next(steps, 0);
        while (from < steps.size()) {
            int to = from;
            for (int i = from; i < steps.size() && i <= to + 2 * CONTEXT; i++) {
                to = steps.get(i).sign() == ' ' ? to : i;
            }
            hunk(text, steps, Math.max(0, from - CONTEXT), Math.min(steps.size(), to + 1 + CONTEXT));
            from = next(steps, to + 1);
        }
        return text.toString();
    }

    /// The index of the next line that goes or comes.
    private static int next(List<Step> steps, int from) {
        int i = from;
        while (i < steps.size() && steps.get(i).sign() == ' ') {
            i++;
        }
        return i;
    }

    private static void hunk(StringBuilder text, List<Step> steps, int from, int to) {
        text.append("@@ -").append(range(steps, from, to, '+')).append(" +").append(range(steps, from, to, '-'));
        text.append(" @@\n");
        for (var step : steps.subList(from, to)) {
            text.append(step.sign()).append(step.line());
            if (!step.line().endsWith("\n")) {
                text.append("\n\\ No newline at end of file\n");
            }
        }
    }

    /// First line and number of lines on the side that does not have the lines of `other`.
    private static String range(List<Step> steps, int from, int to, char other) {
        long above = steps.subList(0, from).stream()
                .filter(step -> step.sign() != other)
                .count();
        long count = steps.subList(from, to).stream()
                .filter(step -> step.sign() != other)
                .count();
        return (count == 0 ? above : above + 1) + "," + count;
    }
}
