package dev.shed.gateway.tmux;

import java.util.List;

/// What stty tells of a terminal.
public final class Stty {
    private Stty() {}

    /// Prints the settings of the terminal at `path`; [#readsUnseen] reads the answer.
    public static List<String> show(String path) {
        return List.of("stty", "-F", path, "-a");
    }

    /// Whether a line is being read without showing it, as a password is. Full-screen programs and line editors show
    /// what is typed themselves: they switch off the echo as well, but not without `icanon`.
    public static boolean readsUnseen(String settings) {
        var words = List.of(settings.split("[\\s;]+"));
        return words.contains("-echo") && words.contains("icanon");
    }
}
