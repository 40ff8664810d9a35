package dev.shed.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A table for people: columns as wide as they need to be, and cut where the terminal ends.
public final class Table {
    private static final String GAP = "    ";

    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... headings) {
        rows.add(List.of(headings));
    }

    public void row(String... cells) {
        rows.add(List.of(cells).stream().map(Shown::of).toList());
    }

    public void print(Call call) throws InterruptedException {
        text(call.terminal().out() ? columns() : Integer.MAX_VALUE).forEach(call.out()::println);
    }

    List<String> text(int columns) {
        var widths = new int[rows.getFirst().size()];
        for (var row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return rows.stream()
                .map(row -> line(row, widths))
                .map(line -> cut(line, columns))
                .toList();
    }

    private static String line(List<String> row, int... widths) {
        var line = new StringBuilder();
        for (int i = 0; i < row.size() - 1; i++) {
            line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length()).append(GAP);
        }
        return line.append(row.getLast()).toString();
    }

    private static String cut(String line, int columns) {
        return line.length() <= columns ? line : line.substring(0, Math.max(0, columns - 1)) + "…";
    }

    /// The terminal's width; Java does not know it.
    private static int columns() throws InterruptedException {
        var size = SshProcess.ask(new SshCommand(List.of("sh", "-c", "stty size </dev/tty")), Duration.ofSeconds(1));
        var words = size.out().strip().split(" ", -1);
        return words.length == 2 && words[1].matches("[1-9][0-9]{0,4}")
                ? Integer.parseInt(words[1])
                : Integer.MAX_VALUE;
    }
}
