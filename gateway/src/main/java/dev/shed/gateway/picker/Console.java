package dev.shed.gateway.picker;

import dev.shed.gateway.container.WindowSize;
import java.io.IOException;
import java.time.Duration;

/// The user's terminal. Every call throws if the user has disconnected.
public interface Console {
    int END = -1;
    int NOTHING = -2;

    /// Reads a byte of input. Returns [#NOTHING] if there is none within `wait`, and [#END] at the end of the
    /// input.
    int read(Duration wait) throws IOException, InterruptedException;

    void write(String text) throws IOException;

    WindowSize size();

    /// Whether the user wants colours.
    boolean hasColour();

    /// Attaches to a session, which is created if it does not exist. Returns when the user has detached or
    /// the session has ended.
    ///
    /// @param session as it was typed; fails with `INVALID_NAME` if it is invalid
    void attach(String shed, String session) throws IOException, InterruptedException;

    /// Runs a verb of the lobby on a shed. The output is written to the terminal.
    ///
    /// @param shed as it was typed; fails with `INVALID_NAME` if it is invalid
    void call(String verb, String shed) throws IOException, InterruptedException;
}
