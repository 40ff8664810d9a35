package dev.shed.gateway.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.common.channel.LocalWindow;
import org.apache.sshd.server.channel.ChannelDataReceiver;
import org.apache.sshd.server.channel.ChannelSession;
import org.jspecify.annotations.Nullable;

/// What the client has sent and nobody has taken yet. It cannot grow beyond the channel's window (RFC 4254,
/// section 5.2), because the window is given back only when a chunk has been passed on.
///
/// MINA's own piped stream copies its whole backlog again and again when the reader is slower than the
/// client.
final class InputQueue implements ChannelDataReceiver {
    private final ChannelSession channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /// Guarded by `lock`, as are the fields below.
    private final Deque<byte[]> chunks = new ArrayDeque<>();

    private boolean ended;
    private boolean abandoned;
    private long received;

    InputQueue(ChannelSession channel) {
        this.channel = channel;
    }

    /// Called by MINA on an I/O thread, which must not be kept waiting.
    @Override
    public int data(ChannelSession from, byte[] buffer, int start, int length) throws IOException {
        lock.lock();
        try {
            received += length;
            if (abandoned) {
                return length;
            }
            var chunk = new byte[length];
            System.arraycopy(buffer, start, chunk, 0, length);
            chunks.add(chunk);
            changed.signalAll();
            return 0;
        } finally {
            lock.unlock();
        }
    }

    /// The client's end-of-file, or its end. What was received before stays readable.
    @Override
    public void close() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Nobody will read any more: wakes the reader with end-of-file and drops what is there.
    void abandon() {
        lock.lock();
        try {
            abandoned = true;
            ended = true;
            chunks.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The next chunk, waiting for one; null at end-of-file. The caller calls [#passedOn] once it is dealt
    /// with.
    byte @Nullable [] take() throws InterruptedException {
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

    /// Gives `bytes` of window back to the client.
    void passedOn(int bytes) throws IOException {
        LocalWindow window = channel.getLocalWindow();
        if (channel.isOpen() && window.isOpen()) {
            window.release(bytes);
        }
    }

    long received() {
        lock.lock();
        try {
            return received;
        } finally {
            lock.unlock();
        }
    }

    /// The queue as a stream, for the verbs that read from the client. All such streams are the same one.
    InputStream asStream() {
        return new Stream();
    }

    /// Waits until a reader would not have to wait; false when that takes too long.
    boolean awaitInput(Duration limit) throws InterruptedException {
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

    private void putBack(byte[] chunk, int from) {
        lock.lock();
        try {
            if (!abandoned) {
                chunks.addFirst(Arrays.copyOfRange(chunk, from, chunk.length));
            }
        } finally {
            lock.unlock();
        }
    }

    /// Keeps nothing of its own, so what it has not read is there for whoever reads next.
    private final class Stream extends InputStream {
        @Override
        public int read() throws IOException {
            var single = new byte[1];
            return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            var chunk = next();
            if (chunk == null) {
                return -1;
            }
            int count = Math.min(length, chunk.length);
            System.arraycopy(chunk, 0, target, offset, count);
            if (count < chunk.length) {
                putBack(chunk, count);
            }
            passedOn(count);
            return count;
        }

        private byte @Nullable [] next() throws IOException {
            try {
                return take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while reading from the client", e);
            }
        }
    }
}
