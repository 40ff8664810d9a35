package dev.shed.gateway.text;

import static java.lang.Character.UnicodeScript.BOPOMOFO;
import static java.lang.Character.UnicodeScript.HANGUL;
import static java.lang.Character.UnicodeScript.HIRAGANA;
import static java.lang.Character.UnicodeScript.KATAKANA;

import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.stream.Pace;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A table with aligned columns. Control characters in cells are escaped. If the output is too narrow,
/// columns are dropped, and lines that are still too long are cut and end in `…`. The client has the same
/// rules.
public final class TextTable {
    private static final int GAP = 4;

    /// Limit on the width of a cell. All rows are as wide as the widest cell, so one hostile name could fill
    /// the memory.
    private static final int WIDEST = 500;

    private static final String YELLOW = "\u001b[33m";
    private static final String RESET = "\u001b[0m";
    private static final int NONE = -1;

    private static final Set<UnicodeScript> WIDE_SCRIPTS = Set.of(BOPOMOFO, HANGUL, HIRAGANA, KATAKANA);

    private final int gap;
    private final List<List<Cell>> rows = new ArrayList<>();

    /// The columns of yellow cells, by the index of the row.
    private final Map<Integer, Integer> yellow = new HashMap<>();

    private final Pace pace = new Pace();
    private List<String> droppable = List.of();

    private record Cell(String text, int width) {
        static Cell of(String text) {
            var shown = clip(FailureText.printable(text), WIDEST);
            return new Cell(shown, TextTable.width(shown));
        }
    }

    public TextTable(String... header) {
        this(GAP, List.of(header));
    }

    /// Creates a table with `gap` blanks between two columns.
    public TextTable(int gap, List<String> header) {
        this.gap = gap;
        row(header);
    }

    /// Names the columns that may be dropped, in that order.
    public TextTable dropping(String... headings) {
        droppable = List.of(headings);
        return this;
    }

    public void row(String... cells) {
        row(List.of(cells));
    }

    public void row(List<String> cells) {
        pace.step();
        rows.add(cells.stream().map(Cell::of).toList());
    }

    /// Makes a cell of the last row yellow. A line that has to be cut loses its colour.
    public void colour(int column) {
        yellow.put(rows.size() - 1, column);
    }

    /// The whole table, without a limit on its width.
    @Override
    public String toString() {
        return text(0);
    }

    /// The table for an output of that many columns; 0 means no limit.
    public String text(int columns) {
        return lines(columns).stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    /// The lines of the table, its header first.
    ///
    /// @param columns the width of the output; 0 means no limit
    public List<String> lines(int columns) {
        int limit = columns == 0 ? Integer.MAX_VALUE : columns;
        var widths = widths();
        var shown = shown(widths, limit);
        return IntStream.range(0, rows.size())
                .mapToObj(index -> {
                    var plain = line(rows.get(index), shown, widths, NONE);
                    var whole = clip(plain, limit);
                    int coloured = yellow.getOrDefault(index, NONE);
                    return coloured == NONE || !whole.equals(plain)
                            ? whole
                            : line(rows.get(index), shown, widths, coloured);
                })
                .toList();
    }

    private List<Integer> widths() {
        return IntStream.range(0, rows.getFirst().size())
                .mapToObj(column -> rows.stream()
                        .mapToInt(row -> row.get(column).width())
                        .max()
                        .orElse(0))
                .toList();
    }

    /// The columns that fit.
    private List<Integer> shown(List<Integer> widths, int limit) {
        var shown = new ArrayList<>(IntStream.range(0, widths.size()).boxed().toList());
        for (var heading : droppable) {
            int total =
                    shown.stream().mapToInt(column -> widths.get(column) + gap).sum() - gap;
            if (total <= limit) {
                break;
            }
            shown.removeIf(column -> rows.getFirst().get(column).text().equals(heading));
        }
        return shown;
    }

    /// @param coloured the column of the yellow cell, or [#NONE]
    private String line(List<Cell> row, List<Integer> shown, List<Integer> widths, int coloured) {
        pace.step();
        var line = new StringBuilder();
        for (int column : shown) {
            var cell = row.get(column);
            line.append(column == coloured ? YELLOW + cell.text() + RESET : cell.text());
            if (column != shown.getLast()) {
                line.repeat(' ', widths.get(column) + gap - cell.width());
            }
        }
        return line.toString();
    }

    /// Cuts `text` to that many columns; it then ends in `…`.
    public static String clip(String text, int columns) {
        // No character takes more than two columns.
        if (text.length() <= columns / 2 || width(text) <= columns) {
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
    public static int width(String text) {
        int width = 0;
        for (int i = 0, point; i < text.length(); i += Character.charCount(point)) {
            point = text.codePointAt(i);
            width += cells(point);
        }
        return width;
    }

    private static int cells(int point) {
        if (point >= ' ' && point <= '~') {
            return 1;
        }
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
