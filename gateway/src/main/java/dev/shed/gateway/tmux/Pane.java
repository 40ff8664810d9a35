package dev.shed.gateway.tmux;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// A session's active pane, as tmux describes it.
///
/// @param id tmux's id of the pane, `%` and a number, which never changes
/// @param process the number of the process that tmux has started in it
/// @param terminal the path of its terminal in the container
/// @param dead whether its program has ended and only the screen is left
/// @param inputOff whether its input is switched off (`select-pane -d`)
/// @param history how many lines have scrolled off its screen and are kept
/// @param applicationCursor whether its program has set application cursor keys (DECCKM)
/// @param silent how long there has been no output in its window, in whole seconds
/// @param command the name of the program in its foreground
/// @param title the title that its program has set
public record Pane(
        String id,
        int process,
        String terminal,
        int columns,
        int rows,
        int cursorColumn,
        int cursorRow,
        int history,
        boolean dead,
        boolean inputOff,
        boolean applicationCursor,
        Duration silent,
        String command,
        String title) {
    /// Tabs and line feeds are replaced in the name of the command, which may be any file name, and in the
    /// title. No other value has them.
    static final String FORMAT = String.join(
            "\t",
            "#{pane_id}",
            "#{pane_pid}",
            "#{pane_tty}",
            "#{pane_width}",
            "#{pane_height}",
            "#{cursor_x}",
            "#{cursor_y}",
            "#{history_size}",
            "#{pane_dead}",
            "#{pane_input_off}",
            "#{keypad_cursor_flag}",
            "#{window_activity}",
            // The server's own clock: display-message passes its format through strftime first.
            "%s",
            "#{s/[\t\r\n]/?/:pane_current_command}",
            "#{s/[\t\r\n]/?/:pane_title}");

    private static final Pattern ID = Pattern.compile("%\\d{1,10}");
    private static final Pattern TERMINAL = Pattern.compile("/dev/[a-z0-9/]{1,40}");
    private static final int FIELDS = 15;

    public Pane {
        if (!ID.matcher(id).matches() || !TERMINAL.matcher(terminal).matches()) {
            throw new IllegalArgumentException("not a pane: " + id + " " + terminal);
        }
    }

    /// Reads a line of [#FORMAT].
    ///
    /// @throws IllegalArgumentException if it is not of that format
    static Pane parse(String line) {
        var fields = List.of(line.split("\t", FIELDS));
        if (fields.size() < FIELDS) {
            throw new IllegalArgumentException("not a description of a pane: " + line);
        }
        return new Pane(
                fields.get(0),
                Integer.parseInt(fields.get(1)),
                fields.get(2),
                Integer.parseInt(fields.get(3)),
                Integer.parseInt(fields.get(4)),
                Integer.parseInt(fields.get(5)),
                Integer.parseInt(fields.get(6)),
                Integer.parseInt(fields.get(7)),
                fields.get(8).equals("1"),
                fields.get(9).equals("1"),
                fields.get(10).equals("1"),
                Duration.ofSeconds(Long.parseLong(fields.get(12)) - Long.parseLong(fields.get(11))),
                fields.get(13),
                fields.get(14));
    }
}
