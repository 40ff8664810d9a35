package dev.shed.gateway.tmux;

import dev.shed.gateway.container.ByteString;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A named key, and what a terminal sends for it: the sequences that tmux itself sends to programs.
///
/// @param usual what it sends normally
/// @param application what it sends to a program that has set application cursor keys (DECCKM)
public record NamedKey(String name, String usual, String application) {
    private static final String ESCAPE = "\u001b";

    private static final Set<String> LEADING_OUT = Set.of("escape", "ctrl-c", "ctrl-d", "ctrl-z");

    private static final Map<String, NamedKey> NAMED = named();

    /// The names, for users.
    public static final String NAMES = "enter, escape, tab, shift-tab, shift-enter, space, backspace, delete, insert,"
            + " up, down, left, right, home, end, page-up, page-down, f1 to f12, ctrl-a to ctrl-z, or one character";

    /// The key of that name, in upper or lower case. A printable ASCII character is its own name. Empty if
    /// there is none.
    public static Optional<NamedKey> find(String name) {
        if (name.length() == 1 && name.charAt(0) > ' ' && name.charAt(0) < 0x7f) {
            return Optional.of(new NamedKey(name, name, name));
        }
        return Optional.ofNullable(NAMED.get(name.toLowerCase(Locale.ROOT)));
    }

    /// What it sends to the program in a pane.
    public ByteString bytes(Pane pane) {
        return ByteString.of(pane.applicationCursor() ? application : usual);
    }

    /// Whether it ends or interrupts a program and enters no text.
    public boolean leadsOut() {
        return LEADING_OUT.contains(name);
    }

    private static Map<String, NamedKey> named() {
        var keys = new LinkedHashMap<String, NamedKey>();
        put(keys, "enter", "\r");
        put(keys, "escape", ESCAPE);
        put(keys, "tab", "\t");
        put(keys, "shift-tab", ESCAPE + "[Z");
        // As `bind -n S-Enter` in our tmux.conf. For agents it begins a new line.
        put(keys, "shift-enter", ESCAPE + "[13;2u");
        put(keys, "space", " ");
        put(keys, "backspace", "\u007f");
        put(keys, "delete", ESCAPE + "[3~");
        put(keys, "insert", ESCAPE + "[2~");
        cursor(keys, "up", 'A');
        cursor(keys, "down", 'B');
        cursor(keys, "left", 'D');
        cursor(keys, "right", 'C');
        put(keys, "home", ESCAPE + "[1~");
        put(keys, "end", ESCAPE + "[4~");
        put(keys, "page-up", ESCAPE + "[5~");
        put(keys, "page-down", ESCAPE + "[6~");
        var functions = Stream.concat(
                        Stream.of("OP", "OQ", "OR", "OS"),
                        IntStream.of(15, 17, 18, 19, 20, 21, 23, 24).mapToObj(number -> "[" + number + "~"))
                .toList();
        IntStream.rangeClosed(1, functions.size()).forEach(n -> put(keys, "f" + n, ESCAPE + functions.get(n - 1)));
        IntStream.rangeClosed('a', 'z')
                .forEach(letter -> put(keys, "ctrl-" + (char) letter, Character.toString(letter - 'a' + 1)));
        return keys;
    }

    private static void cursor(Map<String, NamedKey> keys, String name, char letter) {
        keys.put(name, new NamedKey(name, ESCAPE + "[" + letter, ESCAPE + "O" + letter));
    }

    private static void put(Map<String, NamedKey> keys, String name, String bytes) {
        keys.put(name, new NamedKey(name, bytes, bytes));
    }
}
