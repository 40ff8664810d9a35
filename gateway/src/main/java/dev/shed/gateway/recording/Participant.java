package dev.shed.gateway.recording;

import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.WindowSize;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A client that is attached to a session, until it is closed. If the session is not recorded, only
/// its key presses are noticed.
public final class Participant implements AutoCloseable {
    private static final Duration BETWEEN_MARKS = Duration.ofMinutes(1);

    private final @Nullable Recording recording;
    private final String who;
    private final Runnable onTyped;
    private volatile WindowSize size;

    /// Called after each output; null if nobody is to know. Set before the process is wrapped.
    private @Nullable Runnable onShown;

    /// When key presses were marked last, by [System#nanoTime].
    private final AtomicLong marked = new AtomicLong(System.nanoTime() - BETWEEN_MARKS.toNanos());

    /// @param onTyped called after each input with a key press; must not block
    Participant(@Nullable Recording recording, String who, WindowSize size, Runnable onTyped) {
        this.recording = recording;
        this.who = who;
        this.size = size;
        this.onTyped = onTyped;
    }

    String who() {
        return who;
    }

    WindowSize size() {
        return size;
    }

    /// Has `listener` called for each output that the client is shown; it must not block.
    public Participant telling(Runnable listener) {
        onShown = listener;
        return this;
    }

    /// Whether somebody is to know of its output.
    boolean isHeard() {
        return isRecorded() || onShown != null;
    }

    public boolean isRecorded() {
        return recording != null;
    }

    /// Wraps a process so that its output, its input and its window size reach the recording.
    public ContainerProcess around(ContainerProcess process) {
        return new RecordedProcess(process, this);
    }

    void shown(byte[] source, int offset, int length) {
        if (onShown != null) {
            onShown.run();
        }
        if (recording != null) {
            recording.shown(this, source, offset, length);
        }
    }

    /// Marks that keys were pressed: at most once a minute, and never which keys.
    void typed() {
        onTyped.run();
        long now = System.nanoTime();
        long last = marked.get();
        if (recording != null && now - last >= BETWEEN_MARKS.toNanos() && marked.compareAndSet(last, now)) {
            recording.mark("typed: " + who);
        }
    }

    void resized(WindowSize newest) {
        size = newest;
        if (recording != null) {
            recording.resized(this, newest);
        }
    }

    @Override
    public void close() {
        if (recording != null) {
            recording.remove(this);
        }
    }
}
