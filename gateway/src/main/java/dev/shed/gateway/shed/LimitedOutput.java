package dev.shed.gateway.shed;

import dev.shed.gateway.stream.BlockOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serial;

/// The destination of a process's output. It records whether a write failed because of the destination, and
/// how much time was spent writing.
final class LimitedOutput extends BlockOutput {
    private final OutputStream out;
    private final long limit;
    private long taken;

    /// Nanoseconds spent in completed writes; and the [System#nanoTime] at which the current write began, or
    /// 0.
    private volatile long spent;

    private volatile long since;

    /// @param limit how many bytes may be written
    LimitedOutput(OutputStream out, long limit) {
        this.out = out;
        this.limit = limit;
    }

    /// The limit has been reached.
    static final class FullException extends IOException {
        @Serial
        private static final long serialVersionUID = 1L;

        FullException(long limit) {
            super("more than " + limit + " bytes");
        }
    }

    /// The destination cannot be written any more.
    static final class BrokenException extends IOException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final IOException why;

        BrokenException(IOException why) {
            super(why);
            this.why = why;
        }

        IOException why() {
            return why;
        }
    }

    /// The time spent writing so far, in nanoseconds.
    long nanos() {
        long begun = since;
        return spent + (begun == 0 ? 0 : System.nanoTime() - begun);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        if (length > limit - taken) {
            throw new FullException(limit);
        }
        taken += length;
        pass(() -> out.write(source, offset, length));
    }

    @Override
    public void flush() throws IOException {
        pass(out::flush);
    }

    private interface Step {
        void run() throws IOException;
    }

    private void pass(Step step) throws BrokenException {
        long before = spent; // only this thread writes it
        long begun = System.nanoTime() | 1;
        since = begun;
        try {
            step.run();
        } catch (IOException e) {
            throw new BrokenException(e);
        } finally {
            spent = before + System.nanoTime() - begun;
            since = 0;
        }
    }
}
