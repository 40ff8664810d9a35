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

/// The data that the client has sent on a channel and that has not been read yet. It cannot grow beyond the
/// channel's window (RFC 4254, section 5.2), because the window is enlarged only by what has been read.
///
/// MINA's piped stream would copy its whole backlog again and again when the reader is slower than the
/// client.
public final class ReceiveBuffer {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiveBuffer.class);

    /// The window is enlarged in steps of four packets, a 16th of it. MINA would send a message for each packet
    /// while the reader is slower than the client.
    private static final int STEP = 128 * 1024;

    private final Channel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final Deque<byte[]> chunks = new ArrayDeque<>();
    private boolean ended;
    private boolean abandoned;
    private long received;
    private int held;

    /// What a reader that waits has said; null if none waits.
    private @Nullable Shortcut waiting;

    /// Whether bytes are being given by that way.
    private boolean giving;

    /// Takes bytes on the thread that received them.
    @FunctionalInterface
    public interface Shortcut {
        /// Takes what it can of the bytes. Called on an I/O thread, so it never blocks.
        ///
        /// @return how many it took, from the first
        int takesNow(byte[] source, int offset, int length);
    }

    public ReceiveBuffer(Channel channel) {
        this.channel = channel;
    }

    /// Appends a copy of the bytes. Called on an I/O thread, so it never blocks.
    ///
    /// @return false if the buffer was abandoned and the bytes were dropped
    public boolean add(byte[] source, int offset, int length) {
        var shortcut = shortcut();
        if (shortcut == null) {
            return append(source, offset, length);
        }
        int taken = 0;
        boolean kept;
        try {
            taken = shortcut.takesNow(source, offset, length);
        } finally {
            kept = given(taken, source, offset, length);
        }
        if (kept) {
            passedOn(taken);
        }
        return kept;
    }

    /// That of a reader that waits for just these bytes.
    private @Nullable Shortcut shortcut() {
        lock.lock();
        try {
            var now = chunks.isEmpty() && !ended ? waiting : null;
            giving = now != null;
            return now;
        } finally {
            lock.unlock();
        }
    }

    /// Appends what was not taken by the shortcut, before a reader may find the end.
    private boolean given(int taken, byte[] source, int offset, int length) {
        lock.lock();
        try {
            giving = false;
            received += taken;
            if (ended || waiting == null) {
                changed.signalAll();
            }
            return taken == length || append(source, offset + taken, length - taken);
        } finally {
            lock.unlock();
        }
    }

    private boolean append(byte[] source, int offset, int length) {
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

    /// Marks the end of the data. Bytes in the buffer can still be read.
    public void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Discards the data in the buffer and all that is added later, and wakes waiting readers.
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

    /// Waits for the next bytes; null at the end. The caller calls [#passedOn] when it has processed them.
    public byte @Nullable [] take() throws InterruptedException {
        return take(null);
    }

    /// The same, but what comes while this waits is offered to the shortcut first. The caller need not be woken for
    /// what that takes, and nothing is given that way after this has returned.
    public byte @Nullable [] take(@Nullable Shortcut shortcut) throws InterruptedException {
        lock.lock();
        try {
            waiting = shortcut;
            while (chunks.isEmpty() && !ended) {
                changed.await();
            }
            awaitGiven();
            return chunks.poll();
        } finally {
            awaitGiven();
            lock.unlock();
        }
    }

    /// Ends the use of the shortcut.
    private void awaitGiven() {
        waiting = null;
        while (giving) {
            changed.awaitUninterruptibly();
        }
    }

    /// Waits until a read would not block; returns false on timeout.
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

    /// Puts back the part of a chunk that a reader did not use.
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

    /// Enlarges the client's window by `bytes`, now or with what follows. Does nothing if the channel is closed;
    /// data that was received before is still processed.
    public void passedOn(int bytes) {
        int step = step(bytes);
        if (step > 0) {
            enlarge(step);
        }
    }

    /// How much to enlarge the window now.
    private int step(int bytes) {
        lock.lock();
        try {
            held += bytes;
            int step = held < STEP ? 0 : held;
            held -= step;
            return step;
        } finally {
            lock.unlock();
        }
    }

    private void enlarge(int bytes) {
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

    /// Whether all received bytes have been taken.
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
