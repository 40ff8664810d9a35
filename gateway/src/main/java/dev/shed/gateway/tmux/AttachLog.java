package dev.shed.gateway.tmux;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which session each client has had on its screen, written down by the tmux server itself: so that whoever lost the
/// link comes back to it, whatever it is called by then, and although the gateway has been restarted meanwhile.
///
/// It is a user option of the server, to which hooks append. An entry ends in `,` (a `;` would end a command) and is
/// one of
/// - `ID $N TTY`: the login with this id has attached to session N at this terminal;
/// - `$N TTY`: the client there shows session N now;
/// - `- TTY`: the client there has gone.
///
/// Terminals are used again, so only what stands between its own entry and the next of the first or last kind is a
/// login's.
public final class AttachLog {
    private static final String OPTION = "@shed-attached";

    /// A place among the hooks of people's own, which have the first ones.
    private static final String INDEX = "[7391]";

    /// The log begins with its last characters, so it stays as short: the last hundred attaches and switches, or more.
    private static final int LENGTH = 4000;

    /// Older ones have no hooks that are lists.
    private static final String NEW_ENOUGH = "#{>=:#{version},3.2}";

    private static final Pattern SESSION = Pattern.compile("\\$([0-9]{1,9})");

    private AttachLog() {}

    /// What a client calls an attach that it may come back to. Being nothing but letters and digits it can stand in a
    /// tmux format.
    public record Id(String text) {
        private static final Pattern RULE = Pattern.compile("[0-9a-z]{1,32}");

        public Id {
            if (!RULE.matcher(text).matches()) {
                throw new IllegalArgumentException("not the id of an attach");
            }
        }

        /// Nothing for what is no id: then the attach cannot be found again.
        public static Optional<Id> parse(String text) {
            return RULE.matcher(text).matches() ? Optional.of(new Id(text)) : Optional.empty();
        }
    }

    /// The commands behind an attach that have it written down. The last is not in `if-shell`, because in
    /// there no client is known.
    static List<String> recording(Id id) {
        var hooks = "set-hook -g client-session-changed" + INDEX + " '" + append("#{session_id} #{hook_client}") + "'"
                + " ; set-hook -g client-detached" + INDEX + " '" + append("- #{hook_client}") + "'";
        return List.of(
                "if-shell",
                "-F",
                NEW_ENOUGH,
                hooks,
                ";",
                "set-option",
                "-s",
                "-F",
                OPTION,
                appended(id.text() + " #{session_id} #{client_name}"));
    }

    /// A command of tmux, for a hook.
    private static String append(String entry) {
        return "set-option -s -F " + OPTION + " \"" + appended(entry) + "\"";
    }

    private static String appended(String entry) {
        return "#{=-" + LENGTH + ":" + OPTION + "}" + entry + ",";
    }

    /// Reads the log; [#shown] finds an attach in it.
    public static List<String> read() {
        return List.of("tmux", "show-options", "-sqv", OPTION);
    }

    /// The tmux session id that the client with this attach id showed last; empty if it is unknown.
    public static Optional<Integer> shown(String log, Id id) {
        var terminal = "";
        var shown = Optional.<Integer>empty();
        for (var entry : log.strip().split(",", -1)) {
            var words = entry.split(" ", 3);
            boolean attached = words.length == 3;
            if (attached && words[0].equals(id.text())) {
                terminal = words[2];
                shown = session(words[1]);
            } else if (words.length > 1 && words[words.length - 1].equals(terminal)) {
                boolean switched = !attached && session(words[0]).isPresent();
                shown = switched ? session(words[0]) : shown;
                terminal = switched ? terminal : "";
            }
        }
        return shown;
    }

    private static Optional<Integer> session(String word) {
        var number = SESSION.matcher(word);
        return number.matches() ? Optional.of(Integer.parseInt(number.group(1))) : Optional.empty();
    }
}
