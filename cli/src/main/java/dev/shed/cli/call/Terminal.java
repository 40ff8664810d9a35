package dev.shed.cli.call;

import java.io.Console;
import java.util.Optional;

/// Which of the three standard streams are terminals, as the launcher reports it.
///
/// @param in stdin
/// @param out stdout
/// @param err stderr
public record Terminal(boolean in, boolean out, boolean err) {
    /// Parses letters for the streams that are terminals: `i`, `o`, `e`. Without a launcher, Java only
    /// reports whether both stdin and stdout are.
    public static Terminal of(String letters) {
        return new Terminal(letters.contains("i"), letters.contains("o"), letters.contains("e"));
    }

    public static Terminal guessed() {
        boolean both = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .isPresent();
        return new Terminal(both, both, both);
    }

    public boolean both() {
        return in && out;
    }
}
