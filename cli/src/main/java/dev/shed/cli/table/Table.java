package dev.shed.cli.table;

import static java.lang.Character.UnicodeScript.BOPOMOFO;
import static java.lang.Character.UnicodeScript.HANGUL;
import static java.lang.Character.UnicodeScript.HIRAGANA;
import static java.lang.Character.UnicodeScript.KATAKANA;

import dev.shed.cli.call.Call;
import dev.shed.cli.text.Printable;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// A table with the rules of the gateway's tables. If the output is too narrow, columns are dropped, and
/// lines that are still too long are cut and end in `…`.
public final class Table {
    private static final int GAP = 4;

    private static final Set<UnicodeScript> WIDE_SCRIPTS = Set.of(BOPOMOFO, HANGUL, HIRAGANA, KATAKANA);

    /// Limit on the width of a cell. All rows are as wide as the widest cell.
    private static final int WIDEST = 500;

    private final List<List<String>> rows = new ArrayList<>();
    private List<String> droppable = List.of();

    public Table(String... headings) {
        this(List.of(headings));
    }

    public Table(List<String> headings) {
        rows.add(List.copyOf(headings));
    }

    /// Names the columns that may be dropped, in that order.
    public Table dropping(List<String> headings) {
        droppable = List.copyOf(headings);
        return this;
    }

    public void row(String... cells) {
        row(List.of(cells));
    }

    public void row(List<String> cells) {
        rows.add(cells.stream().map(cell -> clip(Printable.of(cell), WIDEST)).toList());
    }

    public void print(Call call) throws InterruptedException {
        lines(TerminalSize.of(call).columns()).forEach(call.out()::println);
    }

    /// The lines of the table, its headings first.
    ///
    /// @param columns the width of the output; 0 means no limit
    public List<String> lines(int columns) {
        int limit = columns == 0 ? Integer.MAX_VALUE : columns;
        var widths = widths();
        var shown = shown(widths, limit);
        return rows.stream().map(row -> clip(line(row, shown, widths), limit)).toList();
    }

    private List<Integer> widths() {
        return IntStream.range(0, rows.getFirst().size())
                .mapToObj(column -> rows.stream()
                        .mapToInt(row -> width(row.get(column)))
                        .max()
                        .orElse(0))
                .toList();
    }

    /// The columns that fit.
    private List<Integer> shown(List<Integer> widths, int limit) {
        var shown = new ArrayList<>(IntStream.range(0, widths.size()).boxed().toList());
        for (var heading : droppable) {
            int total =
                    shown.stream().mapToInt(column -> widths.get(column) + GAP).sum() - GAP;
            if (total <= limit) {
                break;
            }
            int dropped = rows.getFirst().indexOf(heading);
            shown.removeIf(column -> column == dropped);
        }
        return shown;
    }

    private static String line(List<String> row, List<Integer> shown, List<Integer> widths) {
        var line = new StringBuilder();
        for (int column : shown.subList(0, shown.size() - 1)) {
            var cell = row.get(column);
            line.append(cell).repeat(' ', widths.get(column) + GAP - width(cell));
        }
        return line.append(row.get(shown.getLast())).toString();
    }

    /// Cuts `text` to that many columns; it then ends in `…`.
    static String clip(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        var kept = new StringBuilder();
        int used = 0;
        for (int point : text.codePoints().toArray()) {
            used += cells(point);
            if (used > columns - 1) {
                break;
            }
            kept.appendCodePoint(point);
        }
        return kept.append('…').toString();
    }

    /// How many columns `text` takes on a terminal: close enough to wcwidth(3) for names.
    static int width(String text) {
        return text.codePoints().map(Table::cells).sum();
    }

    private static int cells(int point) {
        return switch (Character.getType(point)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> 0;
            default -> isWide(point) ? 2 : 1;
        };
    }

    private static boolean isWide(int point) {
        boolean halfWidthForm = point >= 0xff61 && point <= 0xffdc;
        boolean fullWidthForm = point >= 0xff01 && point <= 0xff60;
        return !halfWidthForm
                && (fullWidthForm
                        || Character.isEmojiPresentation(point)
                        || Character.isIdeographic(point)
                        || WIDE_SCRIPTS.contains(UnicodeScript.of(point)));
    }
}
