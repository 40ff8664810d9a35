package dev.shed.gateway.tmux;

import java.time.Instant;

/// A client that is attached to a session.
///
/// @param terminal the path of the client's terminal in the container
/// @param readOnly whether its keys have no effect
/// @param controlMode whether it is a program that draws the session itself, as iTerm2 does
/// @param attached when it attached
/// @param active when a key was pressed in it last
public record TmuxClient(
        String terminal,
        boolean readOnly,
        boolean controlMode,
        Instant attached,
        Instant active,
        int columns,
        int rows) {}
