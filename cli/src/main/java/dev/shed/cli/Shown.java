package dev.shed.cli;

/// Foreign text as it may be shown on a terminal.
public final class Shown {
    private Shown() {}

    /// The text with control characters escaped.
    public static String of(String text) {
        var shown = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                shown.append("\\x").append(String.format("%02x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }
}
