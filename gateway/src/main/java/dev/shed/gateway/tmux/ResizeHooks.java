package dev.shed.gateway.tmux;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a tmux server is told to do when a client comes, goes, or has another size. Each window then remembers
/// - when it had output before (`@shed-output`), because a program that only draws itself anew at another size does not
///   work: what it writes within [#REDRAW] seconds of `@shed-redrawn` does not count;
/// - its size before the clients that are there came (`@shed-columns`, `@shed-rows`): if it is smaller when the last of
///   them goes, it gets that size again.
///
/// Windows have these options, and no option of tmux's own is changed for longer than one command. Hooks of clients run
/// before their size takes effect, and so before what their coming changes.
final class ResizeHooks {
    /// tmux tells seconds. Programs wait for some tenths of one until a size stays.
    private static final int REDRAW = 2;

    /// A place among the hooks of people's own, which have the first ones.
    private static final String INDEX = "[7392]";

    /// Older ones have no arithmetic in formats.
    private static final String NEW_ENOUGH = "#{>=:#{version},3.2}";

    /// Older ones do not tell that another client's size counts now.
    private static final String KNOWS_ACTIVE = "#{>=:#{version},3.3}";

    private static final String IS_REDRAW = "#{&&:#{m/r:^[0-9]+$,#{@shed-output}},"
            + "#{e|<=:#{window_activity},#{e|+:#{@shed-redrawn}," + REDRAW + "}}}";

    /// A format: when a window had output last, without what it wrote because of clients that came and went.
    static final String OUTPUT = "#{?" + IS_REDRAW + ",#{@shed-output},#{window_activity}}";

    private static final String IS_LARGER =
            "#{?@shed-columns,#{||:#{e|>:#{window_width},#{@shed-columns}},#{e|>:#{window_height},#{@shed-rows}}},1}";

    private static final String IS_SMALLER =
            "#{||:#{e|<:#{window_width},#{@shed-columns}},#{e|<:#{window_height},#{@shed-rows}}}";

    private static final String REMEMBER_OUTPUT =
            set("@shed-output", OUTPUT) + set("@shed-redrawn", "#{T:@shed-clock}");

    private static final String REMEMBER_SIZE = "#{?" + IS_LARGER + "," + set("@shed-columns", "#{window_width}")
            + set("@shed-rows", "#{window_height}") + ",}";

    /// A format that is 1 if the window is still there when the command runs: the window that tmux finds then has the
    /// same id as the one that it found before. The escapes keep it from being expanded with the rest.
    private static final String IS_THERE = "##{==:#{window_id}#,##{window_id#}#}";

    /// resize-window makes the size of the window a fixed one; without the option it follows clients as before.
    private static final String RESIZE = "if-shell -F -t #{window_id} '" + IS_THERE
            + "' 'resize-window -t #{window_id} -x #{@shed-columns} -y #{@shed-rows}' ; " + unset("window-size");

    private static final String RESTORE_SIZE = "#{?@shed-columns,#{?" + IS_SMALLER + "," + RESIZE + ",}"
            + unset("@shed-columns") + unset("@shed-rows") + ",}";

    /// strftime(3)'s, for `#{T:…}`: formats have no other way to the time.
    @SuppressWarnings("OrphanedFormatString")
    private static final String SET_CLOCK = "set-option -s @shed-clock '%s'";

    private ResizeHooks() {}

    /// The commands that set the hooks, to be followed by others.
    static List<String> setting() {
        var hooks = new TreeMap<>(Map.of(
                "client-session-changed", eachWindow(REMEMBER_OUTPUT + REMEMBER_SIZE),
                "client-resized", eachWindow(REMEMBER_OUTPUT),
                "client-detached", eachWindow(REMEMBER_OUTPUT + "#{?session_attached,," + RESTORE_SIZE + "}")));
        var commands = new StringBuilder(SET_CLOCK);
        hooks.forEach((hook, command) -> commands.append(" ; ").append(hook(hook, command)));
        return List.of(
                "if-shell",
                "-F",
                NEW_ENOUGH,
                commands.toString(),
                ";",
                "if-shell",
                "-F",
                KNOWS_ACTIVE,
                hook("client-active", eachWindow(REMEMBER_OUTPUT)),
                ";");
    }

    private static String hook(String name, String command) {
        return "set-hook -g " + name + INDEX + " { " + command + " }";
    }

    /// One command for all: its formats are expanded at once, but what it runs comes later, when the size may have
    /// changed, the program may have written, and the window may have ended. tmux would show such an error to a
    /// client and leave out the commands after it, so each command is quiet about a window that has ended.
    private static String eachWindow(String commands) {
        return "run-shell -C \"#{W:" + commands + "}\"";
    }

    private static String set(String option, String value) {
        return "set-option -wq -t #{window_id} " + option + " " + value + " ; ";
    }

    private static String unset(String option) {
        return "set-option -wqu -t #{window_id} " + option + " ; ";
    }
}
