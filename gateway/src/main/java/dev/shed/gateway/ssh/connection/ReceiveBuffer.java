package dev.shed.gateway.ssh.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.common.channel.Channel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the client has sent on a channel and has not been read yet. It cannot grow beyond the channel's window (RFC
/// 4254, section 5.2), because the window grows only by what has been read.
///
/// MINA's own piped stream copies its whole backlog again and again when the reader is slower than the client.
public final class ReceiveBuffer {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiveBuffer.class);

    private final Channel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final Deque<byte[]> chunks = new ArrayDeque<>();
    private boolean ended;
    private boolean abandoned;
    private long received;

    public ReceiveBuffer(Channel channel) {
        this.channel = channel;
    }

    /// Keeps some bytes; called on an I/O thread, which must not be kept waiting.
    ///
    /// @return whether they were kept; nobody wants them otherwise
    public boolean add(byte[] source, int offset, int length) {
        lock.lock();
        try {
            received += length;
            if (!abandoned) {
                chunks.add(Arrays.copyOfRange(source, offset, offset + length));
                changed.signalAll();
            }
            return !abandoned;
        } finally {
            lock.unlock();
        }
    }

    /// Nothing more will come; what is there stays.
    public void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Nobody wants the rest: wakes who waits for it and drops what is there.
    ///
    /// @return how many bytes were dropped
    public int abandon() {
        lock.lock();
        try {
            int dropped = chunks.stream().mapToInt(chunk -> chunk.length).sum();
            chunks.clear();
            abandoned = true;
            ended = true;
            changed.signalAll();
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /// The next bytes, waiting for some; null at the end. The caller calls [#passedOn] once it is done with them.
    public byte @Nullable [] take() throws InterruptedException {
        lock.lock();
        try {
            while (chunks.isEmpty() && !ended) {
                changed.await();
            }
            return chunks.poll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until a reader would not have to wait; false when that takes too long.
    public boolean await(Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (chunks.isEmpty() && !ended && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !chunks.isEmpty() || ended;
        } finally {
            lock.unlock();
        }
    }

    /// Puts back what a reader did not want of a chunk.
    public void putBack(byte[] chunk, int from) {
        lock.lock();
        try {
            if (!abandoned) {
                chunks.addFirst(Arrays.copyOfRange(chunk, from, chunk.length));
            }
        } finally {
            lock.unlock();
        }
    }

    /// Gives so many bytes of window back to the client. One that leaves just now gets none, and what it sent before is
    /// dealt with all the same.
    public void passedOn(int bytes) {
        var window = channel.getLocalWindow();
        if (!channel.isOpen() || !window.isOpen()) {
            return;
        }
        try {
            window.release(bytes);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("window not given back");
        }
    }

    /// Whether all that came has been taken.
    public boolean isEmpty() {
        lock.lock();
        try {
            return chunks.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    public long received() {
        lock.lock();
        try {
            return received;
        } finally {
            lock.unlock();
        }
    }
}
