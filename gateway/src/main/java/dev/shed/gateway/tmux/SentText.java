package dev.shed.gateway.tmux;

import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A text that was typed, as screens show it: a program wraps it, indents it and draws a box around it, so only its
/// letters are compared.
///
/// @param lines the letters of its lines
public record SentText(List<String> lines) {
    /// Of a text that is longer than a few screens, a program shows the beginning or the end.
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

    /// The positions of a screen at which a whole line of it stands.
    public BitSet positionsIn(String screen) {
        int[] places = IntStream.range(0, screen.length())
                .filter(at -> isLetter(Character.codePointAt(screen, at - (isSecondHalf(screen, at) ? 1 : 0))))
                .toArray();
        var letters = new StringBuilder(places.length);
        for (int place : places) {
            letters.append(screen.charAt(place));
        }
        var positions = new BitSet();
        for (var line : lines) {
            for (int at = letters.indexOf(line); at >= 0; at = letters.indexOf(line, at + line.length())) {
                positions.set(places[at], places[at + line.length() - 1] + 1);
            }
        }
        return positions;
    }

    private static boolean isSecondHalf(String text, int at) {
        return at > 0 && Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at));
    }

    /// Without blanks, frames and marks.
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
