package dev.shed.gateway.container.docker;

import dev.shed.gateway.container.WindowSize;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sets the size of an exec's PTY, one request at a time and only the last size: parallel requests overtake
/// each other in the engine, so the last size might not win.
final class Resizer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Resizer.class);

    private final Exec exec;
    private final ReentrantLock lock = new ReentrantLock();

    // All guarded by the lock.
    private @Nullable WindowSize newest;
    private boolean pending;
    private boolean working;
    private boolean closed;

    Resizer(Exec exec) {
        this.exec = exec;
    }

    void resize(WindowSize size) {
        lock.lock();
        try {
            newest = size;
            request();
        } finally {
            lock.unlock();
        }
    }

    /// Sets the size once more; called when there is output. The wrapper sets the size that the exec was
    /// started with if none is set yet, so a resize in between would be lost. When the program writes its
    /// first output, the wrapper has finished. Setting an unchanged size sends no signal.
    void repeat() {
        lock.lock();
        try {
            if (newest != null) {
                request();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private void request() {
        pending = true;
        if (!working && !closed) {
            working = true;
            Thread.ofVirtual().name("resize-" + exec.id()).start(this::work);
        }
    }

    private void work() {
        for (var size = next(); size != null; size = next()) {
            try {
                exec.resize(size);
            } catch (RuntimeException e) {
                // The process has ended or is ending, so there is nothing to resize.
                LOG.atDebug().addKeyValue("exec", exec.id()).setCause(e).log("cannot resize");
            }
        }
    }

    private @Nullable WindowSize next() {
        lock.lock();
        try {
            working = pending && !closed;
            pending = false;
            return working ? newest : null;
        } finally {
            lock.unlock();
        }
    }
}
