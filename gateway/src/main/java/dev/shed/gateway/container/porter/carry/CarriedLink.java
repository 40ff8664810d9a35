package dev.shed.gateway.container.porter.carry;

import dev.shed.gateway.container.porter.frame.Link;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A channel of a [Carrier]: one connection of the porter. Each direction has a window of its own, so a channel whose
/// receiver is slow delays no other one.
///
/// As a [ReadableByteChannel] it is read by whoever reads the greeting. What follows comes by [#receive].
public final class CarriedLink implements Link, ReadableByteChannel {
    /// The time limit for the greeting. A porter sends it at once.
    private static final Duration GREETING = Duration.ofSeconds(5);

    private final Carrier carrier;
    private final long number;
    private final long greetedUntil = System.nanoTime() + GREETING.toNanos();

    /// Held while somebody sends, so that no bytes of others come in between.
    private final ReentrantLock sending = new ReentrantLock();

    private final ReentrantLock lock;

    // Guarded by the lock, which is the carrier's.
    private final ReceiveWindow in;
    private final SendWindow out;
    private boolean received;
    private boolean closed;
    private boolean closeReceived;
    private boolean closeSent;

    /// @param lock the carrier's
    CarriedLink(Carrier carrier, long number, ReentrantLock lock) {
        this.carrier = carrier;
        this.number = number;
        this.lock = lock;
        this.in = new ReceiveWindow(lock.newCondition());
        this.out = new SendWindow(lock.newCondition());
    }

    long number() {
        return number;
    }

    @Override
    public boolean isOpen() {
        lock.lock();
        try {
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        lock.lock();
        try {
            int count = in.read(to, greetedUntil);
            carrier.ready(this);
            return count;
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void receive(Taker taker) throws IOException {
        for (var block = next(0); block != null; block = next(block.length())) {
            if (!taker.take(block.bytes(), block.offset(), block.length())) {
                return;
            }
        }
    }

    /// @param taken bytes of the block before
    private ReceiveWindow.@Nullable Block next(int taken) throws IOException {
        lock.lock();
        try {
            if (!received) {
                received = true;
                in.widen();
            }
            in.taken(taken);
            carrier.ready(this);
            return in.take();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void send(ByteBuffer... parts) throws IOException {
        sending.lock();
        lock.lock();
        try {
            for (var part : parts) {
                put(part.array(), part.arrayOffset() + part.position(), part.remaining());
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
            sending.unlock();
        }
    }

    private void put(byte[] source, int offset, int length) throws IOException, InterruptedException {
        for (int sent = 0; sent < length; ) {
            sent += out.put(source, offset + sent, length - sent);
            carrier.ready(this);
        }
    }

    /// An interrupt closes the channel, as that of a socket: a message may have been sent in part.
    private ClosedByInterruptException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        close();
        var closing = new ClosedByInterruptException();
        closing.initCause(cause);
        return closing;
    }

    @Override
    public void endOutput() {
        lock.lock();
        try {
            out.end();
            carrier.ready(this);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                in.close();
                out.close();
                carrier.ready(this);
            }
        } finally {
            lock.unlock();
        }
    }

    // The rest is called by the carrier, with its lock held.

    void expect(int length) throws ProtocolException {
        require(!closeReceived);
        in.expect(length);
    }

    void append(byte[] source, int offset, int length) {
        in.append(source, offset, length);
    }

    void adjust(long bytes) throws ProtocolException {
        require(!closeReceived);
        out.adjust(bytes);
    }

    void endReceived() throws ProtocolException {
        require(!closeReceived && !in.ended());
        in.end();
    }

    void closeReceived() throws ProtocolException {
        require(!closeReceived);
        closeReceived = true;
        vanish();
    }

    /// The carrier's stream has ended.
    void vanish() {
        in.end();
        out.breakOff();
    }

    private static void require(boolean condition) throws ProtocolException {
        if (!condition) {
            throw new ProtocolException("a frame that has no place there");
        }
    }

    /// Whether neither side has closed the channel.
    boolean isUsed() {
        return !closed && !closeReceived;
    }

    private boolean sendsClose() {
        return (closed || closeReceived) && !closeSent;
    }

    /// Whether both sides have closed the channel.
    boolean isOver() {
        return closeReceived && closeSent;
    }

    boolean hasFrames() {
        return !closeSent && (in.hasGrant() || out.size() > 0 || sendsClose());
    }

    /// The frames that are to be sent now.
    byte[] frames() {
        int grant = in.grant();
        int size = (grant > 0 ? CarryFrames.HEADER + Integer.BYTES : 0)
                + out.size()
                + (sendsClose() ? CarryFrames.HEADER : 0);
        var frames = ByteBuffer.allocate(size);
        if (grant > 0) {
            CarryFrames.header(frames, CarryFrames.WINDOW_ADJUST, number, Integer.BYTES);
            frames.putInt(grant);
        }
        out.moveTo(frames, number);
        if (sendsClose()) {
            CarryFrames.header(frames, CarryFrames.CLOSE, number, 0);
            closeSent = true;
        }
        return frames.array();
    }
}
