package dev.shed.gateway.tmux;

import java.util.List;

/// The settings of a terminal, as stty prints them.
public final class Stty {
    private Stty() {}

    /// `$1` is the pane's process, `$2` its terminal. Behind a relay the terminal of the program counts, which its
    /// number in /proc/PID/stat names.
    private static final String SHOW = """
        terminal=$2
        IFS= read -r stat <"/proc/$1/stat"
        case $stat in "$1 (shed-relay) "*) read -r program _ <"/proc/$1/task/$1/children" && : ;; *) program= ;; esac
        if [ -n "$program" ] && IFS= read -r stat <"/proc/$program/stat"; then
            set -- ${stat##*) }
            terminal=/dev/pts/$((($5 & 255) + ($5 >> 12 & 1048320)))
        fi
        exec stty -F "$terminal" -a
        """;

    /// Prints the settings of the terminal of a pane's program; [#readsUnseen] reads the answer.
    public static List<String> show(Pane pane) {
        return List.of("sh", "-c", SHOW, "shed-stty", Integer.toString(pane.process()), pane.terminal());
    }

    /// Whether a line is read without echo, as a password is. Full-screen programs and line editors also
    /// switch off the echo, because they show typed text themselves; but they switch off `icanon` as well.
    public static boolean readsUnseen(String settings) {
        var words = List.of(settings.split("[\\s;]+"));
        return words.contains("-echo") && words.contains("icanon");
    }
}
