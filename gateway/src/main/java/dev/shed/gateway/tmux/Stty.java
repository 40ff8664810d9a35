package dev.shed.gateway.tmux;

import java.util.List;

/// The settings of a terminal, as stty prints them.
public final class Stty {
    private Stty() {}

    /// Prints the settings of the terminal at `path`; [#readsUnseen] reads the answer.
    public static List<String> show(String path) {
        return List.of("stty", "-F", path, "-a");
    }

    /// Whether a line is read without echo, as a password is. Full-screen programs and line editors also
    /// switch off the echo, because they show typed text themselves; but they switch off `icanon` as well.
    public static boolean readsUnseen(String settings) {
        var words = List.of(settings.split("[\\s;]+"));
        return words.contains("-echo") && words.contains("icanon");
    }
}
