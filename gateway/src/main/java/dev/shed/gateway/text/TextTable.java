package dev.shed.gateway.text;

import static java.lang.Character.UnicodeScript.BOPOMOFO;
import static java.lang.Character.UnicodeScript.HANGUL;
import static java.lang.Character.UnicodeScript.HIRAGANA;
import static java.lang.Character.UnicodeScript.KATAKANA;

import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.stream.Pace;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Rows with aligned columns, for people. Every cell is made safe to show. Where there is less room than the table
/// takes, columns are dropped, and lines that are too long all the same end in `…`. The client has the same rules.
public final class TextTable {
    private static final int GAP = 4;

    /// Columns of a cell. Every row is as wide as the widest: one hostile name would fill the memory.
    private static final int WIDEST = 500;

    private static final Set<UnicodeScript> WIDE_SCRIPTS = Set.of(BOPOMOFO, HANGUL, HIRAGANA, KATAKANA);

    private final int gap;
    private final List<List<Cell>> rows = new ArrayList<>();
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

    /// The same with another number of blanks between two columns.
    public TextTable(int gap, List<String> header) {
        this.gap = gap;
        row(header);
    }

    /// The headings of the columns that may be missing, the first to go first.
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

    /// The whole table, whatever its width.
    @Override
    public String toString() {
        return text(0);
    }

    /// The table for an output of so many columns; 0 for no limit.
    public String text(int columns) {
        return lines(columns).stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    /// The lines of the table, its header first.
    ///
    /// @param columns the width of the output; 0 for no limit
    public List<String> lines(int columns) {
        int limit = columns == 0 ? Integer.MAX_VALUE : columns;
        var widths = widths();
        var shown = shown(widths, limit);
        return rows.stream().map(row -> clip(line(row, shown, widths), limit)).toList();
    }

    private List<Integer> widths() {
        return IntStream.range(0, rows.getFirst().size())
                .mapToObj(column -> rows.stream()
                        .mapToInt(row -> row.get(column).width())
                        .max()
                        .orElse(0))
                .toList();
    }

    /// The columns that there is room for.
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

    private String line(List<Cell> row, List<Integer> shown, List<Integer> widths) {
        pace.step();
        var line = new StringBuilder();
        for (int column : shown.subList(0, shown.size() - 1)) {
            var cell = row.get(column);
            line.append(cell.text()).repeat(' ', widths.get(column) + gap - cell.width());
        }
        return line.append(row.get(shown.getLast()).text()).toString();
    }

    /// As much of it as fits; `…` says that there is more.
    public static String clip(String text, int columns) {
        // No character has more than two columns.
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

    /// The cells that a terminal gives to `text`: near enough to wcwidth(3) for names.
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
