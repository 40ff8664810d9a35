package dev.shed.cli.doctor;

import dev.shed.cli.call.Call;
import dev.shed.cli.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Checks how a session will look on this terminal.
final class TerminalChecks {
    private static final String ABOUT = "terminal";

    private final Call call;

    TerminalChecks(Call call) {
        this.call = call;
    }

    List<Check> look() {
        var checks = new ArrayList<Check>();
        var term = call.variable("TERM").orElse("");
        if (!call.terminal().both()) {
            return List.of(Check.ok(ABOUT, "none; 'attach' and 'console' need one"));
        }
        if (term.isEmpty() || term.equals("dumb")) {
            checks.add(Check.warn(
                    ABOUT,
                    "TERM is " + (term.isEmpty() ? "not set" : term) + ", so a login gets no tmux",
                    "export TERM=xterm-256color"));
        }
        var locale = Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                .flatMap(name -> call.variable(name).stream())
                .findFirst()
                .orElse("");
        if (!Call.isWindows() && !isUtf8(locale)) {
            checks.add(Check.warn(
                    ABOUT,
                    "the locale '" + Printable.of(locale)
                            + "' is not UTF-8: lines and some letters will be drawn wrong",
                    "export LANG=C.UTF-8"));
        }
        if (call.variable("TMUX").isPresent()) {
            checks.add(Check.warn(
                    ABOUT,
                    "this terminal runs inside tmux, which receives Ctrl-B first",
                    "Ctrl-B Ctrl-B d detaches from a shed's session"));
        }
        if (checks.isEmpty()) {
            checks.add(Check.ok(ABOUT, Printable.of(term + ", " + locale)));
        }
        return checks;
    }

    private static boolean isUtf8(String locale) {
        var lower = locale.toLowerCase(Locale.ROOT);
        return lower.contains("utf-8") || lower.contains("utf8");
    }
}
