package dev.shed.cli.server;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.text.Printable;

/// What must never become a word of ssh's command line. The grammar of names is the gateway's; this is only
/// about ssh.
public final class ArgumentCheck {
    private ArgumentCheck() {}

    /// Refuses a text that ssh could take for an option, or that holds spaces or control characters.
    public static void refuse(String what, String text) {
        if (text.isEmpty()) {
            throw CliFailure.usage("the " + what + " is empty");
        }
        if (text.startsWith("-")) {
            throw CliFailure.usage("the " + what + " '" + Printable.of(text) + "' begins with '-'");
        }
        if (text.chars().anyMatch(ArgumentCheck::isUnsafe)) {
            throw CliFailure.usage(
                    "the " + what + " '" + Printable.of(text) + "' holds a space, a control character or '@'");
        }
    }

    /// `@` ends the user in ssh's destination; the others mean something to a shell, and newer versions of ssh
    /// refuse them as well. No name, host or alias needs them.
    private static boolean isUnsafe(int c) {
        return Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || Character.isISOControl(c)
                || "@\"'\\`$;&<>|(){}".indexOf(c) >= 0;
    }
}
