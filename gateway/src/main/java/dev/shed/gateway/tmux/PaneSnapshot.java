package dev.shed.gateway.tmux;

import dev.shed.gateway.tmux.Activity.Signs;

/// The signs and the screen of a session at some moment.
///
/// @param screen the text of its active pane
public record PaneSnapshot(Signs signs, String screen) {
    /// Reads the answer to [Watch#look].
    ///
    /// @throws IllegalArgumentException if it is not one
    public static PaneSnapshot parse(String answer) {
        int end = answer.indexOf('\n');
        var line = answer.substring(0, Math.max(end, 0));
        return switch (Notice.parse(line).orElse(null)) {
            case Notice.Shows(int _, Signs signs) -> new PaneSnapshot(signs, answer.substring(end + 1));
            case null, default -> throw new IllegalArgumentException("not a look: " + line);
        };
    }
}
