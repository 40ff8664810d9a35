package dev.shed.gateway.command;

import dev.shed.gateway.shed.Elapsed;
import java.io.IOException;
import java.time.Duration;

/// Shows on a terminal how long the engine has been working, in a line that is erased at the end.
record EngineAtWork(CommandContext context) implements Elapsed.Listener {
    private static final String ERASED = "\r\033[K";

    @Override
    public void waits(Duration elapsed) throws IOException {
        show("the engine is at work: " + elapsed.toSeconds() + " s");
    }

    @Override
    public void waitsNoMore() throws IOException {
        show("");
    }

    private void show(String text) throws IOException {
        if (context.terminal()) {
            context.notice(ERASED + text);
        }
    }
}
