package dev.shed.gateway.init;

import java.io.Console;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Asks the person at the terminal.
@FunctionalInterface
public interface Questions {
    /// Asks one question; an empty answer means the default.
    ///
    /// @param fallback the default; empty if there is none
    /// @return the answer; empty at the end of input, or if it is empty and there is no default
    Optional<String> ask(String question, String fallback);

    /// Those on the terminal of this program; empty if its input or output is something else.
    static Optional<Questions> onTerminal() {
        return Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .map(console -> (question, fallback) -> ask(console, question, fallback));
    }

    private static Optional<String> ask(Console console, String question, String fallback) {
        @Nullable String line = console.readLine("%s%s: ", question, fallback.isEmpty() ? "" : " [" + fallback + "]");
        var answer = line == null ? "" : line.strip();
        return Optional.of(line != null && answer.isEmpty() ? fallback : answer).filter(text -> !text.isEmpty());
    }
}
