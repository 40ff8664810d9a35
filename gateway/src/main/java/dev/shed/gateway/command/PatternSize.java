package dev.shed.gateway.command;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The size of a regular expression after its counted repeats are expanded, which is how RE2 compiles them:
/// `((a{1000}){1000}){1000}` would use up all memory. An upper bound for any text, computed in one pass.
final class PatternSize {
    /// Larger than any limit, and small enough for products not to overflow.
    private static final long CEILING = 1L << 40;

    private static final Pattern REPEAT = Pattern.compile("\\{([0-9]{1,9})(?:,([0-9]{0,9}))?}");

    /// The size before each open group.
    private final Deque<Long> outside = new ArrayDeque<>();

    /// The size before `last` in the current group.
    private long before;

    /// The size of the item that a repeat applies to.
    private long last;

    private PatternSize() {}

    static long of(String regex) {
        return new PatternSize().measure(regex);
    }

    private long measure(String regex) {
        var repeat = REPEAT.matcher(regex);
        for (int i = 0; i < regex.length(); i++) {
            switch (regex.charAt(i)) {
                case '\\' -> {
                    i = regex.startsWith("\\Q", i) ? endOfQuote(regex, i) : i + 1;
                    add(1);
                }
                case '[' -> {
                    i = endOfClass(regex, i);
                    add(1);
                }
                case '(' -> open();
                case ')' -> close();
                case '{' -> {
                    if (repeat.region(i, regex.length()).lookingAt()) {
                        last = Math.min(CEILING, last * times(repeat));
                        i = repeat.end() - 1;
                    } else {
                        add(1);
                    }
                }
                default -> add(1);
            }
        }
        while (!outside.isEmpty()) {
            close();
        }
        return before + last;
    }

    /// The end of `\Q…\E`, whose content is literal. Its length is bounded by that of the expression.
    private static int endOfQuote(String regex, int from) {
        int end = regex.indexOf("\\E", from + 2);
        return end < 0 ? regex.length() : end + 1;
    }

    /// The end of `[…]`. A `]` as the first character is literal, and so is the content of `[:…:]`.
    private static int endOfClass(String regex, int from) {
        int at = from + (regex.startsWith("^", from + 1) ? 2 : 1);
        at += regex.startsWith("]", at) ? 1 : 0;
        while (at < regex.length() && regex.charAt(at) != ']') {
            if (regex.startsWith("[:", at) && regex.indexOf(":]", at + 2) >= 0) {
                at = regex.indexOf(":]", at + 2) + 1;
            } else if (regex.charAt(at) == '\\') {
                at++;
            }
            at++;
        }
        return at;
    }

    private void add(long size) {
        before = Math.min(CEILING, before + last);
        last = size;
    }

    private void open() {
        add(0);
        outside.push(before);
        before = 0;
    }

    private void close() {
        long group = before + last + 2;
        before = outside.isEmpty() ? 0 : outside.pop();
        last = Math.min(CEILING, group);
    }

    private static long times(Matcher repeat) {
        long least = Long.parseLong(repeat.group(1));
        var most = repeat.group(2);
        return Math.max(1, most == null || most.isEmpty() ? least + 1 : Math.max(least, Long.parseLong(most)));
    }
}
