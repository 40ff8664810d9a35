package dev.shed.gateway.command;

import dev.shed.gateway.name.LoginName.ToShed;
import dev.shed.gateway.text.ShellWords;
import java.util.Optional;

/// A verb as the audit log shows it: with its arguments, but without the text that it types.
public final class LoggedVerb {
    /// Words: `send`, a shed and a session. The words after them may be text.
    private static final int NAMES = 3;

    private LoggedVerb() {}

    /// The text for the audit log.
    ///
    /// @param address the shed that the verb is called on; empty in the lobby
    /// @param line the verb as it was called
    public static String of(Optional<ToShed> address, String line) {
        var words = ShellWords.of(line, NAMES);
        if (!words.first().equals(Optional.of("send"))) {
            return line;
        }
        int known = Math.min(words.list().size(), NAMES - named(address));
        boolean whole = known == words.list().size() && !words.more();
        return whole ? line : String.join(" ", words.list().subList(0, known)) + " …";
    }

    /// How many of the names are in the address.
    private static int named(Optional<ToShed> address) {
        return address.map(shed -> shed.session().isPresent() ? 2 : 1).orElse(0);
    }
}
