package dev.shed.gateway.tmux;

import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A text that was typed, for finding it on a screen. Programs wrap it, indent it and draw a box around it,
/// so only the letters are compared.
///
/// @param lines the letters of its lines
public record SentText(List<String> lines) {
    /// The most lines that are kept from each end. Of a text longer than a few screens, programs show the
    /// beginning or the end.
    private static final int MAX_LINES = 100;

    public static final SentText NONE = new SentText(List.of());

    public SentText {
        lines = List.copyOf(lines);
    }

    public static SentText of(String text) {
        var lines = text.lines()
                .map(line -> letters(Stream.of(line)))
                .filter(line -> !line.isEmpty())
                .toList();
        var shown = Stream.concat(
                lines.stream().limit(MAX_LINES), lines.stream().skip(Math.max(0, lines.size() - MAX_LINES)));
        return new SentText(shown.distinct().toList());
    }

    /// The positions of a screen that belong to a whole line of the text.
    public BitSet positionsIn(String screen) {
        int[] places = IntStream.range(0, screen.length())
                .filter(at -> isLetter(Character.codePointAt(screen, at - (isSecondHalf(screen, at) ? 1 : 0))))
                .toArray();
        var positions = new BitSet();
        for (var line : lines) {
            mark(line, screen, places, positions);
        }
        return positions;
    }

    /// Looks at each letter of the screen at most a few times, whatever the line is (Knuth, Morris and
    /// Pratt), because line and screen may be chosen to make the search slow.
    private static void mark(String line, String screen, int[] places, BitSet positions) {
        int[] borders = borders(line);
        int matched = 0;
        for (int at = 0; at < places.length; at++) {
            char letter = screen.charAt(places[at]);
            while (matched > 0 && line.charAt(matched) != letter) {
                matched = borders[matched];
            }
            matched += line.charAt(matched) == letter ? 1 : 0;
            if (matched == line.length()) {
                positions.set(places[at - matched + 1], places[at] + 1);
                matched = 0;
            }
        }
    }

    /// For each prefix of a line, by its length: the length of its longest suffix that is also a prefix of
    /// the line.
    private static int[] borders(String line) {
        int[] borders = new int[line.length() + 1];
        int border = 0;
        for (int length = 2; length <= line.length(); length++) {
            char last = line.charAt(length - 1);
            while (border > 0 && line.charAt(border) != last) {
                border = borders[border];
            }
            border += line.charAt(border) == last ? 1 : 0;
            borders[length] = border;
        }
        return borders;
    }

    private static boolean isSecondHalf(String text, int at) {
        return at > 0 && Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at));
    }

    /// The letters, digits and ASCII punctuation, without blanks and frames.
    static String letters(Stream<String> lines) {
        return lines.flatMapToInt(String::codePoints)
                .filter(SentText::isLetter)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private static boolean isLetter(int point) {
        return Character.isLetterOrDigit(point) || (point > ' ' && point < 0x7f);
    }
}
