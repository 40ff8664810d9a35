package dev.shed.cli.manual;

import java.util.List;

/// A page in man(7) macros.
final class Troff {
    private static final int WIDTH = 78;

    private final StringBuilder page = new StringBuilder();

    /// Adds a macro line, whose arguments are escaped already.
    Troff macro(String line) {
        page.append('.').append(line).append('\n');
        return this;
    }

    Troff section(String title) {
        return macro("SH " + title);
    }

    /// Adds a paragraph of plain text, with each sentence on a new line, as man(7) recommends.
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

    /// Adds text that has its own escapes.
    Troff raw(String text) {
        page.append(text).append('\n');
        return this;
    }

    /// Adds a tagged paragraph.
    ///
    /// @param tag escaped already
    Troff entry(String tag, String meaning) {
        return macro("TP").raw(tag).text(meaning);
    }

    /// Adds lines without filling.
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

    /// Escapes text: a backslash begins an escape, a dot or an apostrophe at the start of a line begins a
    /// request, and a plain `-` is a hyphen.
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
