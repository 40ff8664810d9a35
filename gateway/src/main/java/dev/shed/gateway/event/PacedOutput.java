package dev.shed.gateway.event;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;

/// What a watch prints, taken no faster than a gateway can afford for one shed: a good deal at once, and then so much
/// each second. Whoever prints more waits; a tmux with thousands of sessions prints less.
final class PacedOutput extends FilterOutputStream {
    /// Ten thousand short lines.
    static final long BURST = 8L << 20;

    /// Two thousand short lines.
    private static final long PER_SECOND = 1L << 20;

    /// What a line costs beside its bytes.
    private static final int PER_LINE = 512;

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final long NANOS = 1_000_000_000;

    private final LiveSessions sessions;
    private double left = BURST;
    private long asOf = System.nanoTime();

    /// @param sessions a pause ends when they are closed
    PacedOutput(OutputStream lines, LiveSessions sessions) {
        super(lines);
        this.sessions = sessions;
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        out.write(source, offset, length);
        spend(length + (long) PER_LINE * lines(source, offset, length));
    }

    private static int lines(byte[] source, int offset, int length) {
        int lines = 0;
        for (int i = offset; i < offset + length; i++) {
            lines += source[i] == '\n' ? 1 : 0;
        }
        return lines;
    }

    private void spend(long cost) throws IOException {
        refill();
        left -= cost;
        try {
            while (left < 0 && !sessions.isClosed()) {
                sessions.rest(PAUSE);
                refill();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private void refill() {
        long now = System.nanoTime();
        left = Math.min(BURST, left + (double) (now - asOf) * PER_SECOND / NANOS);
        asOf = now;
    }
}
