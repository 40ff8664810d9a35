package dev.shed.gateway.container.porter.frame;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A queue of frames whose senders must not block. A thread, which exists only while there are frames, sends
/// them in order. A porter always reads, but a process that poses as one may not.
public final class FrameQueue {
    private static final Logger LOG = LoggerFactory.getLogger(FrameQueue.class);

    /// Frames. More than a user causes by typing ahead.
    private static final int MAX = 64;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Letter(int type, byte[] frame) {}

    private final Link link;
    private final String threadName;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final Deque<Letter> letters = new ArrayDeque<>();
    private boolean working;

    public FrameQueue(Link link, String threadName) {
        this.link = link;
        this.threadName = threadName;
    }

    /// Queues a frame. A size that directly follows another size replaces it. Frames beyond the limit are
    /// dropped.
    public void add(int type, FrameWriter frame) {
        lock.lock();
        try {
            var last = letters.peekLast();
            if (type == Frames.RESIZE && last != null && last.type() == Frames.RESIZE) {
                letters.removeLast();
            }
            if (letters.size() < MAX) {
                letters.add(new Letter(type, frame.frame()));
            }
            if (!working) {
                working = true;
                Thread.ofVirtual().name(threadName).start(this::work);
            }
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        for (var frame = next(); frame != null; frame = next()) {
            try {
                link.send(ByteBuffer.wrap(frame));
            } catch (IOException e) {
                // The process has ended or was closed.
                LOG.atDebug().setCause(e).log("not sent");
            }
        }
    }

    private byte @Nullable [] next() {
        lock.lock();
        try {
            var letter = letters.poll();
            working = letter != null;
            return letter == null ? null : letter.frame();
        } finally {
            lock.unlock();
        }
    }
}
