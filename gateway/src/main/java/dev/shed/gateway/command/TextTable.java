package dev.shed.gateway.command;

import static java.lang.Character.UnicodeScript.BOPOMOFO;
import static java.lang.Character.UnicodeScript.HANGUL;
import static java.lang.Character.UnicodeScript.HIRAGANA;
import static java.lang.Character.UnicodeScript.KATAKANA;

import dev.shed.gateway.failure.FailureText;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Rows with aligned columns, for people. Every cell is made safe to show.
public final class TextTable {
    private static final int GAP = 4;

    private static final Set<UnicodeScript> WIDE_SCRIPTS = Set.of(BOPOMOFO, HANGUL, HIRAGANA, KATAKANA);

    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... header) {
        row(header);
    }

    void row(String... cells) {
        rows.add(List.of(cells).stream().map(FailureText::printable).toList());
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        for (var row : rows) {
            for (int column = 0; column < row.size() - 1; column++) {
                var cell = row.get(column);
                text.append(cell).repeat(' ', columnWidth(column) + GAP - width(cell));
            }
            text.append(row.getLast()).append('\n');
        }
        return text.toString();
    }

    private int columnWidth(int column) {
        return rows.stream().mapToInt(row -> width(row.get(column))).max().orElse(0);
    }

    /// The cells that a terminal gives to `text`: near enough to wcwidth(3) for names.
    public static int width(String text) {
        return text.codePoints().map(TextTable::cells).sum();
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
