package dev.shed.gateway.agent;

import dev.shed.gateway.failure.FailureText;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What an agent asks. All text comes from a container: it is cut, and each is one printable line.
///
/// @param title what it is about, such as the tool `Bash`; may be empty
/// @param detail the command, the file, or the question itself; may be empty
/// @param options the possible answers, numbered from 1; empty if they are not known
public record Question(Kind kind, String title, String detail, List<String> options) {
    private static final int MAX_TITLE = 100;
    private static final int MAX_DETAIL = 1000;
    private static final int MAX_OPTION = 200;
    private static final int MAX_OPTIONS = 16;

    /// What kind of answer is wanted.
    public enum Kind {
        /// permission to do something
        PERMISSION,
        /// a choice, or a text
        QUESTION;

        /// As it is called in JSON.
        public String word() {
            return this == PERMISSION ? "permission" : "question";
        }
    }

    public Question {
        title = line(title, MAX_TITLE);
        detail = line(detail, MAX_DETAIL);
        options = options.stream()
                .limit(MAX_OPTIONS)
                .map(option -> line(option, MAX_OPTION))
                .toList();
    }

    /// In one line: `Bash: touch /workspace/x`.
    public String text() {
        return Stream.of(title, detail).filter(part -> !part.isEmpty()).collect(Collectors.joining(": "));
    }

    /// The options with their numbers: `1 Yes, 2 No`; empty if there are none.
    public String choices() {
        return IntStream.range(0, options.size())
                .mapToObj(index -> (index + 1) + " " + options.get(index))
                .collect(Collectors.joining(", "));
    }

    /// One printable line of at most so many characters.
    static String line(String text, int most) {
        int length = text.codePointCount(0, text.length());
        var beginning = text.substring(0, text.offsetByCodePoints(0, Math.min(most, length)));
        return FailureText.printable(beginning) + (length > most ? "…" : "");
    }
}
