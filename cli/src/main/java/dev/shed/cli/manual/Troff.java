package dev.shed.cli.manual;

import java.util.List;

/// A page in the man(7) macros.
final class Troff {
    private static final int WIDTH = 78;

    private final StringBuilder page = new StringBuilder();

    /// A line of a macro; its words are escaped already.
    Troff macro(String line) {
        page.append('.').append(line).append('\n');
        return this;
    }

    Troff section(String title) {
        return macro("SH " + title);
    }

    /// A paragraph of plain text. A sentence begins on a line of its own, as man(7) wants it.
    Troff text(String text) {
        int width = 0;
        for (var word : text.split(" ", -1)) {
            var escaped = escaped(word);
            if (width > 0) {
                boolean fits = width + 1 + escaped.length() <= WIDTH && !isSentence();
                page.append(fits ? ' ' : '\n');
                width = fits ? width + 1 : 0;
            }
            page.append(escaped);
            width += escaped.length();
        }
        page.append('\n');
        return this;
    }

    private boolean isSentence() {
        char last = page.charAt(page.length() - 1);
        return last == '.' || last == ':';
    }

    /// Text with escapes of its own.
    Troff raw(String text) {
        page.append(text).append('\n');
        return this;
    }

    /// A tag, escaped already, and what it means.
    Troff entry(String tag, String meaning) {
        return macro("TP").raw(tag).text(meaning);
    }

    /// Lines as they are.
    Troff lines(List<String> lines) {
        macro("nf");
        lines.forEach(line -> raw(escaped(line)));
        return macro("fi");
    }

    static String bold(String text) {
        return "\\fB" + escaped(text) + "\\fR";
    }

    static String italic(String text) {
        return "\\fI" + escaped(text) + "\\fR";
    }

    /// A backslash begins an escape, a dot or an apostrophe at a line's start a request, and a plain `-` is a hyphen.
    static String escaped(String text) {
        var escaped = text.replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("'", "\\(aq")
                .replace("`", "\\(ga")
                .replace("^", "\\(ha")
                .replace("~", "\\(ti")
                .replace("…", "...");
        return escaped.startsWith(".") ? "\\&" + escaped : escaped;
    }

    @Override
    public String toString() {
        return page.toString();
    }
}
