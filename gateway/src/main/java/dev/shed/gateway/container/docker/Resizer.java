package dev.shed.gateway.container.docker;

import dev.shed.gateway.container.WindowSize;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sets the size of one exec's PTY, one call at a time and the newest size only: calls side by side overtake
/// each other in the engine, and the last size would not win.
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

    /// Called when there is output. The wrapper looks whether there is a size and sets the one that the exec was
    /// started with if not; a resize in between would be lost. By the program's first output that is over, and the
    /// newest size is set once more. The same size again signals nothing.
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
                // The process is gone, or is just going. There is nobody to tell, and nothing else to do.
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
