package dev.shed.cli.server;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.text.Printable;

/// Checks text before it becomes an argument of ssh. The gateway checks the grammar of names; this check is
/// only about ssh.
public final class ArgumentCheck {
    private ArgumentCheck() {}

    /// Refuses text that ssh could read as an option, or that contains spaces or control characters.
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

    /// Whether a character is unsafe in an argument. `@` ends the user in ssh's destination; the others have
    /// a meaning in a shell, and newer versions of ssh refuse them, too. No name, host or alias needs them.
    private static boolean isUnsafe(int c) {
        return Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || Character.isISOControl(c)
                || "@\"'\\`$;&<>|(){}".indexOf(c) >= 0;
    }
}
