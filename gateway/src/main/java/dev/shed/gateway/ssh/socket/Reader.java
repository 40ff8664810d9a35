package dev.shed.gateway.ssh.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a thread needs to read from a connection: a buffer, and a selector of its own. After much has arrived it waits
/// a little for more, and so it does after many reads in a row, such as those of a client that enlarges its window,
/// because to hand a connection to the [SocketSelector] and back costs more than to read.
final class Reader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reader.class);

    /// Two packets with data.
    private static final int SIZE = 64 * 1024;

    /// From how many bytes on more are waited for: more than a person types.
    private static final int MANY = 16 * 1024;

    static final Duration LINGER = Duration.ofMillis(20);

    /// So long after a key the next one is waited for.
    static final Duration TYPING = Duration.ofSeconds(1);

    /// Threads that wait for a key at a time. For other connections the [SocketSelector] waits.
    static final int MOST_TYPING = 32;

    private final Pool pool;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE);
    private volatile @Nullable Selector selector;
    private @Nullable SelectionKey key;
    private int last;
    private long total;

    /// Readers that are not in use. The others are made when they are needed.
    static final class Pool {
        private static final int KEPT = 8;

        private final BlockingQueue<Reader> idle = new ArrayBlockingQueue<>(KEPT);
        private final Semaphore typing = new Semaphore(MOST_TYPING);
        private final Selectors selectors;

        Pool(Selectors selectors) {
            this.selectors = selectors;
        }

        Reader take() {
            var known = idle.poll();
            return known == null ? new Reader(this) : known;
        }
    }

    /// Opens selectors.
    interface Selectors {
        Selector open() throws IOException;
    }

    private Reader(Pool pool) {
        this.pool = pool;
    }

    /// Reads what there is.
    ///
    /// @param often whether the client has sent something again and again
    /// @param typing how long the next key is waited for; not at all if this is negative
    /// @return how many bytes [#bytes] has; 0 if there are none for now, and -1 at the end
    int read(SocketChannel from, boolean often, Duration typing) throws IOException {
        // A read that did not fill the buffer has emptied the socket.
        int count = last > 0 && last < SIZE ? 0 : fill(from);
        if (count == 0 && (isReadySoon(from, often || total >= MANY) || isReadyWhileTyping(from, typing))) {
            count = fill(from);
        }
        last = count;
        total += count;
        return count;
    }

    /// Wakes the thread that waits with this. A later wait may end early, too.
    void wake() {
        var own = selector;
        if (own != null) {
            own.wakeup();
        }
    }

    ByteBuffer bytes() {
        return buffer;
    }

    private int fill(SocketChannel from) throws IOException {
        int count = from.read(buffer.clear());
        buffer.flip();
        return count;
    }

    private boolean isReadySoon(SocketChannel from, boolean expected) throws IOException {
        return expected && isReady(from, LINGER);
    }

    private boolean isReadyWhileTyping(SocketChannel from, Duration left) throws IOException {
        if (left.toMillis() <= 0 || !pool.typing.tryAcquire()) {
            return false;
        }
        try {
            return isReady(from, left);
        } finally {
            pool.typing.release();
        }
    }

    private boolean isReady(SocketChannel from, Duration limit) throws IOException {
        var own = ownSelector();
        if (own == null) {
            return false;
        }
        if (key == null) {
            key = from.register(own, SelectionKey.OP_READ);
        }
        return own.select(_ -> {}, limit.toMillis()) > 0;
    }

    /// Null for lack of descriptors.
    private @Nullable Selector ownSelector() {
        try {
            selector = selector == null ? pool.selectors.open() : selector;
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("no selector");
        }
        return selector;
    }

    /// Ends the use of this reader.
    @Override
    public void close() throws IOException {
        last = 0;
        total = 0;
        if (selector != null && key != null) {
            key.cancel();
            key = null;
            selector.selectNow();
        }
        if (!pool.idle.offer(this) && selector != null) {
            selector.close();
        }
    }
}
