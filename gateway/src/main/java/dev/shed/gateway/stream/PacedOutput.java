package dev.shed.gateway.stream;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Limits the rate at which the gateway reads output for its own use: a burst first, then a fixed number of
/// bytes a second. A process that prints more is blocked. A tmux with thousands of sessions prints less.
/// Output to a client is not limited here, but by the client's window.
public final class PacedOutput extends FilterOutputStream {
    /// Bytes of the burst: about ten thousand short lines.
    static final long BURST = 8L << 20;

    /// Bytes a second: about two thousand short lines.
    private static final long PER_SECOND = 1L << 20;

    /// The cost of a line in addition to its bytes.
    private static final int PER_LINE = 512;

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final long NANOS = 1_000_000_000;

    private final Pause pause;
    private double left = BURST;
    private long asOf = System.nanoTime();

    /// Waits for a time.
    public interface Pause {
        /// Returns when the time is over, or earlier.
        ///
        /// @return whether the output is still wanted; if not, it is no longer limited
        boolean rest(Duration time) throws InterruptedException;
    }

    public PacedOutput(OutputStream lines, Pause pause) {
        super(lines);
        this.pause = pause;
    }

    /// An output that sleeps on the calling thread.
    ///
    /// @param wanted whether the output is still wanted
    public static PacedOutput sleeping(OutputStream lines, BooleanSupplier wanted) {
        return new PacedOutput(lines, time -> {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
            return wanted.getAsBoolean();
        });
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
            while (left < 0 && pause.rest(PAUSE)) {
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
