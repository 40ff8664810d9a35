package dev.shed.gateway.posix;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Reads several pipes on one thread.
public final class PipeReader {
    private static final int FIRST_BUFFER = 8 * 1024;
    private static final int BUFFER = 128 * 1024;

    private final List<Pipe> pipes;

    /// Grows with what comes: most pipes are silent most of the time.
    private byte[] buffer = new byte[FIRST_BUFFER];

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
    }

    /// Reads until all of them have ended. Waits without a thread of the system's.
    ///
    /// @throws IOException if one was closed here, or as thrown by the sink
    public void readAll(Sink sink) throws IOException {
        var open = new ArrayList<>(pipes);
        long pause = 0;
        while (!open.isEmpty()) {
            if (readOnce(open, sink)) {
                pause = 0;
            } else {
                sink.pause();
                DescriptorCalls.pause(pause);
                await(open);
                pause = DescriptorCalls.longer(pause);
            }
        }
        sink.pause();
    }

    /// Whether there was something to be read, if only an end.
    private boolean readOnce(List<Pipe> open, Sink sink) throws IOException {
        boolean any = false;
        for (var pipe : List.copyOf(open)) {
            int count = pipe.isAwaited() ? 0 : pipe.readNow(buffer);
            if (count > 0) {
                sink.take(pipes.indexOf(pipe), buffer, count);
                buffer = count == buffer.length && count < BUFFER ? new byte[BUFFER] : buffer;
            } else if (count < 0) {
                pipe.close();
                open.remove(pipe);
            }
            any = any || count != 0;
        }
        return any;
    }

    private static void await(List<Pipe> open) throws ClosedByInterruptException {
        while (open.stream().allMatch(Pipe::isAwaited)) {
            LockSupport.park(open);
            if (Thread.currentThread().isInterrupted()) {
                throw new ClosedByInterruptException();
            }
        }
    }
}
