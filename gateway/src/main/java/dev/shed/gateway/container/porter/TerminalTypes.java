package dev.shed.gateway.container.porter;

import java.util.List;
import java.util.regex.Pattern;

/// Which values of TERM may stand for the client's, best first: the porter takes the first one that the
/// container's terminfo knows.
final class TerminalTypes {
    /// What terminfo's own names are made of; anything else could be taken for a path.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}");

    private static final String USUAL = "xterm-256color";

    private TerminalTypes() {}

    /// Never empty. The last one is what is used where terminfo knows none.
    static List<String> candidates(String term) {
        if (term.isEmpty()) {
            return List.of("dumb");
        }
        if (!NAME.matcher(term).matches()) {
            return List.of(USUAL, "xterm", USUAL);
        }
        var nearest = nearest(term);
        if (nearest.equals("dumb")) {
            return List.of("dumb");
        }
        // A container that has no terminfo at all gets the nearest name: that says most to what asks no terminfo.
        return List.of(term, nearest, USUAL, "xterm", nearest);
    }

    private static String nearest(String term) {
        if (term.startsWith("screen")) {
            return "screen-256color";
        }
        if (term.startsWith("tmux")) {
            return "tmux-256color";
        }
        if (term.startsWith("rxvt")) {
            return "rxvt-unicode-256color";
        }
        if (term.startsWith("linux")) {
            return "linux";
        }
        if (term.startsWith("vt") || term.equals("ansi")) {
            return "vt100";
        }
        return term.equals("dumb") || term.equals("unknown") || term.startsWith("eterm") ? "dumb" : USUAL;
    }
}
