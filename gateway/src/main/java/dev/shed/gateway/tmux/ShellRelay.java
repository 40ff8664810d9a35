package dev.shed.gateway.tmux;

import java.util.List;

/// A relay before the shell of each pane, as the `default-command` of a tmux server. A user's own command stays, and so
/// do panes that are there, or that somebody opens with a command.
final class ShellRelay {
    /// Given to the user's shell, so it is the same for all of these. The path is in the
    /// environment, not in a line of a shell. Without that program, as of an earlier container,
    /// the shell has no relay.
    private static final String COMMAND =
            "test -x \"$SHED_RELAY_PROGRAM\" && exec \"$SHED_RELAY_PROGRAM\" --relay; exec \"$SHELL\" -l";

    /// Other shells may not understand the command, and older servers no regular expression (3.2).
    private static final String MAY_HAVE_ONE =
            "#{&&:#{==:#{default-command},},#{m/r:/(ba|da|fi|k|mk|z)?sh$,#{default-shell}}}";

    private ShellRelay() {}

    /// The commands that set it, to be followed by others.
    ///
    /// @param program the path of the porter's program in the container
    static List<String> setting(String program) {
        return List.of(
                "set-environment",
                "-g",
                "SHED_RELAY_PROGRAM",
                Tmux.quoted(program),
                ";",
                "if-shell",
                "-F",
                MAY_HAVE_ONE,
                "set-option -g default-command '" + COMMAND + "'",
                ";");
    }
}
