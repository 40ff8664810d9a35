package dev.shed.gateway.shed.session;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.stream.BlockOutput;
import dev.shed.gateway.tmux.ScreenStream;
import java.io.IOException;

/// Passes tmux's output about a pane to the reader, up to a limit. Malformed output is a failure of the shed.
final class ShownText extends BlockOutput {
    /// 50,000 lines of 200 columns, each cell with its own colours: about 8,400 bytes a line.
    static final long MAX_BYTES = 512L * 1024 * 1024;

    private final Shed shed;
    private final SessionName session;
    private final ScreenStream stream;
    private final long limit;
    private long left;

    ShownText(Shed shed, SessionName session, ScreenStream stream, long limit) {
        this.shed = shed;
        this.session = session;
        this.stream = stream;
        this.limit = limit;
        this.left = limit;
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        left -= length;
        if (left < 0) {
            throw tooLong();
        }
        try {
            stream.write(source, offset, length);
        } catch (IllegalArgumentException e) {
            throw TmuxCommands.unreadable(shed, e);
        }
    }

    private ShedException tooLong() {
        var address = shed.name() + "+" + session;
        return new ShedException(Failure.limitReached(
                "session '" + session + "' shows more than " + (limit >> 20) + " MiB, and the rest is missing",
                "ssh -s " + address + "@HOST \"peek --lines 10000\""));
    }

    /// The output has ended.
    void end() throws IOException {
        try {
            stream.end();
        } catch (IllegalArgumentException e) {
            throw TmuxCommands.unreadable(shed, e);
        }
    }
}
