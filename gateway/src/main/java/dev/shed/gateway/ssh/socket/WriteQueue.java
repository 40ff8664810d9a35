package dev.shed.gateway.ssh.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.common.io.AbstractIoWriteFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The packets that are to be sent on a connection. Whoever adds a packet writes it, and packets that were added
/// meanwhile, until the socket takes no more.
final class WriteQueue {
    private static final Logger LOG = LoggerFactory.getLogger(WriteQueue.class);

    /// The most packets of one write.
    private static final int MOST = 8;

    /// Packets that wait, from which on the client is not read from until it has taken half of them. Only answers
    /// can be so many: output has a limit of its own.
    private static final int BACKLOG = 16 * 1024;

    private final SocketChannel channel;
    private final AtomicLong written = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final Deque<Packet> packets = new ArrayDeque<>();

    /// Whether a thread writes, or the socket is waited for.
    private boolean busy;

    private boolean closed;

    /// Whether reading waits for the client.
    private boolean readingPaused;

    /// The thread that will send more packets soon.
    private @Nullable Thread gathering;

    private int leastHeld;

    /// A packet, and what is told when the kernel has taken it.
    static final class Packet extends AbstractIoWriteFuture {
        private final ByteBuffer bytes;

        Packet(Object id, ByteBuffer bytes) {
            super(id, null);
            this.bytes = bytes;
        }
    }

    /// Tells packets that they were written (true), or why not.
    interface Teller {
        void tell(List<Packet> packets, Object result);
    }

    WriteQueue(SocketChannel channel) {
        this.channel = channel;
    }

    long written() {
        return written.get();
    }

    /// Adds a packet.
    ///
    /// @return whether the caller is to call [#write]
    boolean add(Packet packet) {
        lock.lock();
        try {
            if (closed) {
                packet.setValue(new ClosedChannelException());
                return false;
            }
            packets.add(packet);
            return begin(!isHeld(packet));
        } finally {
            lock.unlock();
        }
    }

    private boolean isHeld(Packet packet) {
        return Thread.currentThread().equals(gathering)
                && packet.bytes.remaining() >= leastHeld
                && packets.size() < MOST;
    }

    private boolean begin(boolean wanted) {
        boolean first = wanted && !busy && !packets.isEmpty();
        busy |= first;
        return first;
    }

    /// Lets packets of the calling thread wait for the next ones. Does nothing if another thread does so.
    ///
    /// @param least only packets of at least so many bytes wait; others are sent at once, and take those along
    /// @return whether the caller is to call [#endGathering]
    boolean beginGathering(int least) {
        lock.lock();
        try {
            boolean first = gathering == null;
            if (first) {
                gathering = Thread.currentThread();
                leastHeld = least;
            }
            return first;
        } finally {
            lock.unlock();
        }
    }

    /// Sends the packets that have waited.
    ///
    /// @return whether the caller is to call [#write]
    boolean endGathering() {
        lock.lock();
        try {
            gathering = null;
            return begin(true);
        } finally {
            lock.unlock();
        }
    }

    /// Writes until everything is written or the socket is full.
    ///
    /// @param teller gets the packets that the kernel has taken, and those that could not be written
    /// @return whether to call it again when the socket has room
    boolean write(Teller teller) {
        for (var next = next(); next.length > 0; next = next()) {
            try {
                long count = next.length == 1 ? channel.write(next[0]) : channel.write(next);
                written.addAndGet(count);
            } catch (IOException e) {
                // The reader may still find what the client sent before it went, so the socket stays open.
                LOG.atDebug().setCause(e).log("not written");
                teller.tell(takeAll(false), e);
                continue;
            }
            teller.tell(takeWritten(), true);
            if (next[next.length - 1].hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    private ByteBuffer[] next() {
        lock.lock();
        try {
            busy = !packets.isEmpty();
            return packets.stream().limit(MOST).map(packet -> packet.bytes).toArray(ByteBuffer[]::new);
        } finally {
            lock.unlock();
        }
    }

    private List<Packet> takeWritten() {
        var done = new ArrayList<Packet>(MOST);
        lock.lock();
        try {
            while (!packets.isEmpty() && !packets.peek().bytes.hasRemaining()) {
                done.add(packets.poll());
            }
            return done;
        } finally {
            lock.unlock();
        }
    }

    /// Whether to stop reading, since the client does not take what it gets. After a later [#write],
    /// [#resumesReading] is true once.
    boolean pausesReading() {
        lock.lock();
        try {
            readingPaused = packets.size() >= BACKLOG;
            return readingPaused;
        } finally {
            lock.unlock();
        }
    }

    boolean resumesReading() {
        lock.lock();
        try {
            boolean resumes = readingPaused && packets.size() <= BACKLOG / 2;
            readingPaused &= !resumes;
            return resumes;
        } finally {
            lock.unlock();
        }
    }

    /// The packets that are not written, for whoever waits for them.
    List<Packet> waiting() {
        lock.lock();
        try {
            return List.copyOf(packets);
        } finally {
            lock.unlock();
        }
    }

    /// Fails all packets that are not written, and those that are added later.
    void close() {
        tell(takeAll(true), new ClosedChannelException());
    }

    private List<Packet> takeAll(boolean close) {
        lock.lock();
        try {
            closed |= close;
            var all = new ArrayList<>(packets);
            packets.clear();
            return all;
        } finally {
            lock.unlock();
        }
    }

    static void tell(Collection<Packet> packets, Object result) {
        packets.forEach(packet -> packet.setValue(result));
    }
}
