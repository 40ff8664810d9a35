package dev.shed.gateway.posix;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Reads several pipes on one thread: on the calling one, and while there is much to read on one of
/// [PlatformThreads].
public final class PipeReader {
    private static final int FIRST_BUFFER = 8 * 1024;
    private static final int BUFFER = 128 * 1024;

    /// Bytes without a longer wait between them.
    private static final long MUCH = 1 << 20;

    /// Nanoseconds: so long a pipe is left alone in which something has arrived, since a writer
    /// seldom writes as much at once as it can read later.
    private static final long FILLS = 50_000;

    /// Milliseconds: a longer wait.
    private static final int WAIT = 20;

    private static final PlatformThreads THREADS =
            new PlatformThreads(Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));

    private final List<Pipe> pipes;

    /// Those that have not ended.
    private final List<Pipe> open;

    /// Grows with what comes: most pipes are silent most of the time.
    private byte[] buffer = new byte[FIRST_BUFFER];

    /// Bytes since the last longer wait, and the pipe that they came from last.
    private long sinceWait;

    private Pipe busiest;

    /// Takes what is read.
    public interface Sink {
        /// Takes bytes of one of the pipes.
        ///
        /// @param pipe its index
        /// @param source from its beginning
        void take(int pipe, byte[] source, int length) throws IOException;

        /// There is nothing more at the moment, or at all.
        void pause() throws IOException;
    }

    public PipeReader(Pipe... pipes) {
        this.pipes = List.of(pipes);
        this.open = new ArrayList<>(this.pipes);
        this.busiest = this.pipes.getFirst();
    }

    /// Reads until all of them have ended. Waits without a thread of the system's.
    ///
    /// @throws IOException if one was closed here, or as thrown by the sink
    public void readAll(Sink sink) throws IOException {
        long pause = 0;
        while (!open.isEmpty()) {
            if (readOnce(sink)) {
                pause = 0;
            } else if (!readOnPlatformThread(sink)) {
                sink.pause();
                DescriptorCalls.pause(pause);
                await();
                pause = DescriptorCalls.longer(pause);
            }
        }
        sink.pause();
    }

    /// Where there is no such thread, it is tried again after as much.
    private boolean readOnPlatformThread(Sink sink) throws IOException {
        boolean much = sinceWait >= MUCH;
        boolean done = much && THREADS.run(() -> readMuch(sink));
        sinceWait = much ? 0 : sinceWait;
        return done;
    }

    /// The same on a platform thread, until nothing has come for a while. What another process takes from a pipe just
    /// then ends it as well.
    private void readMuch(Sink sink) throws IOException {
        boolean more = true;
        while (more) {
            if (!readOnce(sink)) {
                sink.pause();
                more = open.contains(busiest) && busiest.awaitBriefly(WAIT);
                if (more) {
                    LockSupport.parkNanos(this, FILLS);
                    more = readOnce(sink);
                }
            }
        }
    }

    /// Whether there was something to be read, if only an end.
    private boolean readOnce(Sink sink) throws IOException {
        boolean any = false;
        for (var pipe : List.copyOf(open)) {
            int count = pipe.isAwaited() ? 0 : pipe.readNow(buffer);
            if (count > 0) {
                take(pipe, count, sink);
            } else if (count < 0) {
                pipe.close();
                open.remove(pipe);
            }
            any = any || count != 0;
        }
        return any;
    }

    private void take(Pipe pipe, int count, Sink sink) throws IOException {
        sink.take(pipes.indexOf(pipe), buffer, count);
        buffer = count == buffer.length && count < BUFFER ? new byte[BUFFER] : buffer;
        sinceWait += count;
        busiest = pipe;
    }

    /// Waits for any of them.
    private void await() throws IOException {
        long begun = System.nanoTime();
        for (var pipe : open) {
            if (!pipe.isAwaited()) {
                pipe.arm();
            }
        }
        while (open.stream().allMatch(Pipe::isAwaited)) {
            LockSupport.park(this);
            if (Thread.currentThread().isInterrupted()) {
                throw new ClosedByInterruptException();
            }
        }
        if (System.nanoTime() - begun > WAIT * 1_000_000L) {
            sinceWait = 0;
        }
    }
}
