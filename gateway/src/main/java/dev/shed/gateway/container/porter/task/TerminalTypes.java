package dev.shed.gateway.container.porter.task;

import java.util.List;
import java.util.regex.Pattern;

/// The values of TERM that may replace the client's, best first. The porter takes the first one that the
/// container's terminfo has.
final class TerminalTypes {
    /// The characters of terminfo's names. Other text could be interpreted as a path.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}");

    private static final String USUAL = "xterm-256color";

    private TerminalTypes() {}

    /// Never empty. The last one is used if terminfo has none of the others.
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
        // If the container has no terminfo, the nearest name is used: programs that do not use terminfo know
        // it best.
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
