package dev.shed.gateway.command;

import dev.shed.gateway.name.LoginName.ToShed;
import dev.shed.gateway.text.ShellWords;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A verb as the audit log shows it: with its arguments, but without the text that it types or the command that it
/// runs.
public final class LoggedVerb {
    /// Words: `send`, a shed and a session. The words after them may be text.
    private static final int NAMES = 3;

    /// Words: more than `run` has before its command.
    private static final int WORDS = 10;

    /// Words: `deny` or `answer`, and the id of a question. The words after them may be text.
    private static final int ID = 2;

    private LoggedVerb() {}

    /// The text for the audit log.
    ///
    /// @param address the shed that the verb is called on; empty in the lobby
    /// @param line the verb as it was called
    public static String of(Optional<ToShed> address, String line) {
        var words = ShellWords.of(line, WORDS);
        int known = switch (words.first().orElse("")) {
            case "send" -> NAMES - named(address);
            case "run" -> beforeCommand(words.list()).orElse(NAMES - named(address));
            case "deny", "answer" -> ID;
            default -> Integer.MAX_VALUE;
        };
        return known == Integer.MAX_VALUE ? line : beginning(words, known, line);
    }

    /// The text for the audit log of a verb that was called on nothing that exists, of which no argument is shown.
    ///
    /// @param line the verb as it was called
    public static String firstWord(String line) {
        return beginning(ShellWords.of(line, WORDS), 1, line);
    }

    /// The words of a call of `run` up to `--`.
    private static OptionalInt beforeCommand(List<String> words) {
        int end = words.indexOf("--");
        return end < 0 ? OptionalInt.empty() : OptionalInt.of(end + 1);
    }

    private static String beginning(ShellWords words, int most, String line) {
        int known = Math.min(words.list().size(), most);
        boolean whole = known == words.list().size() && !words.more();
        return whole ? line : String.join(" ", words.list().subList(0, known)) + " …";
    }

    /// How many of the names are in the address.
    private static int named(Optional<ToShed> address) {
        return address.map(shed -> shed.session().isPresent() ? 2 : 1).orElse(0);
    }
}
