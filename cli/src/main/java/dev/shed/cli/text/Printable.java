package dev.shed.cli.text;

/// Makes foreign text safe to print.
public final class Printable {
    private Printable() {}

    /// The text with control and format characters escaped, as by the gateway.
    public static String of(String text) {
        var shown = new StringBuilder();
        text.codePoints().forEach(point -> append(shown, point));
        return shown.toString();
    }

    private static void append(StringBuilder shown, int point) {
        switch (point) {
            case '\n' -> shown.append("\\n");
            case '\r' -> shown.append("\\r");
            case '\t' -> shown.append("\\t");
            default -> {
                if (isPrintable(point)) {
                    shown.appendCodePoint(point);
                } else {
                    shown.append(String.format(point <= 0xff ? "\\x%02x" : "\\u%04x", point));
                }
            }
        }
    }

    private static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
