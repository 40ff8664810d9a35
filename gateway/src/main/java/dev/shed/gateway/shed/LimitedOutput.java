package dev.shed.gateway.shed;

import dev.shed.gateway.stream.BlockOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serial;

/// The destination of a process's output: remembers whether a failed write was the destination's fault, and how much
/// time writing has taken.
final class LimitedOutput extends BlockOutput {
    private final OutputStream out;
    private final long limit;
    private long taken;

    /// How long it has been writing, and since when it does (0 when it does not), in the time of [System#nanoTime].
    private volatile long spent;

    private volatile long since;

    /// @param limit how many bytes it takes
    LimitedOutput(OutputStream out, long limit) {
        this.out = out;
        this.limit = limit;
    }

    /// It has taken all that it takes.
    static final class FullException extends IOException {
        @Serial
        private static final long serialVersionUID = 1L;

        FullException(long limit) {
            super("more than " + limit + " bytes");
        }
    }

    /// What is behind it takes nothing any more.
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

    /// How much time it has taken so far.
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
        long before = spent; // this thread alone writes it
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
