package dev.shed.gateway.picker;

import dev.shed.gateway.container.WindowSize;
import java.io.IOException;
import java.time.Duration;

/// The person's terminal. Every call fails when the person has gone.
public interface Console {
    int END = -1;
    int NOTHING = -2;

    /// The next byte of what was typed: [#NOTHING] when there is none in time, [#END] when there will be none.
    int read(Duration wait) throws IOException, InterruptedException;

    void write(String text) throws IOException;

    WindowSize size();

    /// Attaches to a session, which is made if it is not there, and returns when the person has detached or it
    /// has ended.
    ///
    /// @param session as it was typed; `INVALID_NAME` when it breaks the rule
    void attach(String shed, String session) throws IOException, InterruptedException;

    /// Runs a verb of the lobby about a shed; what it says goes to the terminal.
    ///
    /// @param shed as it was typed; `INVALID_NAME` when it breaks the rule
    void call(String verb, String shed) throws IOException, InterruptedException;
}
