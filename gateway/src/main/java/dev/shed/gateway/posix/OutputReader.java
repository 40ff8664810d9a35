package dev.shed.gateway.posix;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Reads the outputs of a process, or that of a socket, on one thread: on the calling one, and on one of
/// [PlatformThreads] while there is much to read, or somebody types.
public final class OutputReader {
    private static final int FIRST_BUFFER = 8 * 1024;
    private static final int BUFFER = 128 * 1024;

    /// Bytes without a longer wait between them.
    private static final long MUCH = 1 << 20;

    /// Bytes that each read counts for besides those that it gives, since the wait before it costs more than they do:
    /// of a program that is sent a file, many short replies come.
    private static final int READ = 32 * 1024;

    /// Nanoseconds: so long a source is left alone in which something has arrived, since a writer
    /// seldom writes as much at once as it can read later.
    private static final long FILLS = 50_000;

    /// Milliseconds: a longer wait.
    private static final int WAIT = 20;

    /// Milliseconds: so long a thread waits for an answer before it looks whether the source was closed.
    private static final int LOOK = 100;

    private static final PlatformThreads THREADS =
            new PlatformThreads(Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));

    /// As many people type at a time with the shortest delay. For others virtual threads wait.
    private static final PlatformThreads ANSWERS = new PlatformThreads(32);

    private final PlatformThreads answers;
    private final List<OutputSource> sources;

    /// Those that have not ended.
    private final List<OutputSource> open;

    /// Grows with what comes: most outputs are silent most of the time.
    private byte[] buffer = new byte[FIRST_BUFFER];

    /// Bytes since the last longer wait, those of the last read, and the source that they came from.
    private long sinceWait;

    private int last;

    private OutputSource busiest;

    /// Takes what is read.
    public interface Sink {
        /// Takes bytes of one of the sources.
        ///
        /// @param index of the source
        /// @param bytes from their beginning
        void take(int index, byte[] bytes, int length) throws IOException;

        /// There is nothing more at the moment, or at all.
        void pause() throws IOException;
    }

    public OutputReader(OutputSource... sources) {
        this(ANSWERS, sources);
    }

    OutputReader(PlatformThreads answers, OutputSource... sources) {
        this.answers = answers;
        this.sources = List.of(sources);
        this.open = new ArrayList<>(this.sources);
        this.busiest = this.sources.getFirst();
    }

    /// Reads until all of them have ended. Waits without a thread of the system's.
    ///
    /// @throws IOException if one was closed here, or as thrown by the sink
    public void readAll(Sink sink) throws IOException {
        long pause = 0;
        while (!open.isEmpty()) {
            if (readOnce(sink)) {
                pause = 0;
                readOnPlatformThread(sink);
                continue;
            }
            sink.pause();
            if (!readAnswers(sink) && !readOnPlatformThread(sink)) {
                DescriptorCalls.pause(pause);
                await();
                pause = DescriptorCalls.longer(pause);
            }
        }
        sink.pause();
    }

    private boolean readAnswers(Sink sink) throws IOException {
        var source = open.getFirst();
        return source.millisToAnswer() > 0 && answers.run(() -> readAnswers(source, sink));
    }

    /// On a platform thread, which has one wake-up where a virtual thread has three.
    private void readAnswers(OutputSource source, Sink sink) throws IOException {
        long pause = 0;
        for (int left = source.millisToAnswer(); left > 0 && !open.isEmpty(); left = source.millisToAnswer()) {
            boolean some = source.awaitBriefly(Math.min(left, LOOK));
            pause = readOnce(sink) || !some ? 0 : DescriptorCalls.longer(pause);
            sink.pause();
            DescriptorCalls.pause(pause);
            if (Thread.currentThread().isInterrupted()) {
                throw new ClosedByInterruptException();
            }
        }
    }

    /// Where there is no such thread, it is tried again after as much.
    private boolean readOnPlatformThread(Sink sink) throws IOException {
        boolean much = sinceWait >= MUCH;
        boolean done = much && THREADS.run(() -> readMuch(sink));
        sinceWait = much ? 0 : sinceWait;
        return done;
    }

    /// The same on a platform thread, until nothing has come for a while. What another process takes just then ends it
    /// as well.
    private void readMuch(Sink sink) throws IOException {
        boolean more = true;
        while (more) {
            if (!readOnce(sink)) {
                sink.pause();
                more = open.contains(busiest) && busiest.awaitBriefly(WAIT);
                if (more && last >= FIRST_BUFFER) {
                    LockSupport.parkNanos(this, FILLS);
                }
                more = more && readOnce(sink);
            }
        }
    }

    /// Whether there was something to be read, if only an end.
    private boolean readOnce(Sink sink) throws IOException {
        boolean any = false;
        for (var source : List.copyOf(open)) {
            int count = source.isAwaited() ? 0 : source.readNow(buffer);
            if (count > 0) {
                take(source, count, sink);
            } else if (count < 0) {
                source.ended();
                open.remove(source);
            }
            any = any || count != 0;
        }
        return any;
    }

    private void take(OutputSource source, int count, Sink sink) throws IOException {
        sink.take(sources.indexOf(source), buffer, count);
        buffer = count == buffer.length && count < BUFFER ? new byte[BUFFER] : buffer;
        sinceWait += count + READ;
        last = count;
        busiest = source;
    }

    /// Waits for any of them.
    private void await() throws IOException {
        long begun = System.nanoTime();
        for (var source : open) {
            if (!source.isAwaited()) {
                source.arm();
            }
        }
        while (open.stream().allMatch(OutputSource::isAwaited)) {
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
