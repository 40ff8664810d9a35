package dev.shed.gateway.container.porter.frame;

import dev.shed.gateway.posix.PlatformThreads;
import dev.shed.gateway.posix.PosixException;
import dev.shed.gateway.posix.StreamSocket;
import dev.shed.gateway.stream.Pace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/// A connection whose process has a terminal, where somebody may be typing. What was typed is usually answered soon, so
/// the answer is waited for on a platform thread, which has one wake-up where a virtual thread has three.
final class TerminalLink implements Link {
    private static final int FIRST_BUFFER = 8 * 1024;
    private static final int BUFFER = 128 * 1024;

    /// How long after something was sent a platform thread waits for more: longer than the pause between two keys.
    private static final Duration SOON = Duration.ofSeconds(1);

    /// As many people type at a time with the shortest delay. For others virtual threads wait.
    private static final PlatformThreads THREADS = new PlatformThreads(32);

    private final StreamSocket socket;
    private final Duration soon;
    private final PlatformThreads threads;
    private final ReentrantLock sending = new ReentrantLock();

    /// When something was sent last, by [System#nanoTime].
    private volatile long sent;

    private volatile boolean closed;

    /// Of the receiving thread, one at a time.
    private byte[] buffer = new byte[FIRST_BUFFER];

    private boolean more = true;

    TerminalLink(StreamSocket socket) {
        this(socket, SOON, THREADS);
    }

    TerminalLink(StreamSocket socket, Duration soon, PlatformThreads threads) {
        this.socket = socket;
        this.soon = soon;
        this.threads = threads;
        this.sent = System.nanoTime() - soon.toNanos();
    }

    @Override
    public void send(ByteBuffer... parts) throws IOException {
        var frame = joined(parts);
        sending.lock();
        try {
            sent = System.nanoTime();
            socket.write(frame, 0, frame.length);
        } finally {
            sending.unlock();
        }
    }

    private static byte[] joined(ByteBuffer... parts) {
        int length = 0;
        for (var part : parts) {
            length += part.remaining();
        }
        var all = ByteBuffer.allocate(length);
        for (var part : parts) {
            all.put(part);
        }
        return all.array();
    }

    @Override
    public boolean sendNow(byte[] frame) throws IOException {
        if (!sending.tryLock()) {
            return false;
        }
        try {
            sent = System.nanoTime();
            int count = socket.writeNow(frame, 0, frame.length);
            if (count > 0 && count < frame.length) {
                throw new IOException("a part of so few bytes was sent");
            }
            return count > 0;
        } finally {
            sending.unlock();
        }
    }

    @Override
    public void endOutput() throws IOException {
        socket.endOutput();
    }

    /// Starts with a small buffer that grows as needed, because most connections are idle most of the time.
    @Override
    public void receive(Taker taker) throws IOException {
        var pace = new Pace();
        while (more) {
            receiveOnce(taker);
            if (!more || millisLeft() <= 0 || !threads.run(() -> receiveSoon(taker))) {
                pace.giveWay();
            }
        }
    }

    /// On a platform thread, as long as there is something or may be soon.
    private void receiveSoon(Taker taker) throws IOException {
        for (int left = millisLeft(); more && left > 0 && socket.awaitBriefly(left); left = millisLeft()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new ClosedByInterruptException();
            }
            receiveOnce(taker);
        }
    }

    private int millisLeft() {
        return (int)
                (soon.toMillis() - Duration.ofNanos(System.nanoTime() - sent).toMillis());
    }

    private void receiveOnce(Taker taker) throws IOException {
        int count = read();
        more = count >= 0 && taker.take(buffer, 0, count);
        buffer = count == buffer.length && count < BUFFER ? new byte[BUFFER] : buffer;
    }

    private int read() throws IOException {
        int count = readOrEnd();
        if (count < 0 && closed) {
            throw new AsynchronousCloseException();
        }
        return count;
    }

    private int readOrEnd() throws IOException {
        try {
            return socket.read(buffer);
        } catch (PosixException _) {
            return -1; // reset: the porter was killed with input unread
        }
    }

    @Override
    public void close() {
        closed = true;
        socket.endAndClose();
    }
}
