package dev.shed.gateway.command;

import dev.shed.gateway.name.LoginName.ToShed;
import java.util.Optional;

/// A verb as the audit log has it: with its arguments, but without what it types.
public final class AuditLine {
    private AuditLine() {}

    /// What the audit log says of a call.
    ///
    /// @param address the shed that the verb is called on; empty in the lobby
    /// @param line the verb as it was called
    public static String of(Optional<ToShed> address, String line) {
        var words = Words.guess(line);
        if (words.isEmpty() || !words.getFirst().equals("send")) {
            return line;
        }
        var known = words.subList(0, Math.min(words.size(), 1 + names(address)));
        return known.size() == words.size() ? line : String.join(" ", known) + " …";
    }

    /// How many words name where the text goes; what follows may be text.
    private static int names(Optional<ToShed> address) {
        return address.map(shed -> shed.session().isPresent() ? 0 : 1).orElse(2);
    }
}
