package dev.shed.gateway.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Asks a yes-or-no question. A client with a PTY has its terminal in raw mode, so the gateway echoes the
/// input and handles erasing.
final class YesNoPrompt {
    private static final int BACKSPACE = 0x08;
    private static final int DELETE = 0x7f;
    private static final int INTERRUPT = 0x03;
    private static final int END_OF_TRANSMISSION = 0x04;
    private static final int ESCAPE = 0x1b;
    private static final int END_OF_FILE = -1;

    /// A longer answer is not "yes".
    private static final int MAX_LENGTH = 16;

    private YesNoPrompt() {}

    /// Whether the answer is `y` or `yes`. Ctrl-C, Ctrl-D, Escape and end-of-file mean no.
    static boolean ask(CommandContext context, String question) throws IOException {
        context.notice(question);
        var answer = new StringBuilder();
        while (true) {
            int key = context.in().read();
            switch (key) {
                case '\r', '\n' -> {
                    context.notice("\n");
                    return isYes(answer);
                }
                case INTERRUPT, END_OF_TRANSMISSION, ESCAPE, END_OF_FILE -> {
                    context.notice("\n");
                    return false;
                }
                case BACKSPACE, DELETE -> erase(context, answer);
                default -> type(context, answer, key);
            }
        }
    }

    private static boolean isYes(CharSequence answer) {
        return switch (answer.toString().strip().toLowerCase(Locale.ROOT)) {
            case "y", "yes" -> true;
            default -> false;
        };
    }

    private static void erase(CommandContext context, StringBuilder answer) throws IOException {
        if (!answer.isEmpty()) {
            answer.setLength(answer.length() - 1);
            context.notice("\b \b");
        }
    }

    private static void type(CommandContext context, StringBuilder answer, int key) throws IOException {
        if (key >= ' ' && key < DELETE && answer.length() < MAX_LENGTH) {
            answer.append((char) key);
            context.notice(new String(new byte[] {(byte) key}, StandardCharsets.US_ASCII));
        }
    }
}
