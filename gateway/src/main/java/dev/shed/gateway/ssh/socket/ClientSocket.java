package dev.shed.gateway.ssh.socket;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import jdk.net.ExtendedSocketOptions;
import org.apache.sshd.common.future.CloseFuture;
import org.apache.sshd.common.io.IoService;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The TCP connection of a client. It counts the bytes in both directions. When a write fails, it still reads
/// what the client had sent before it disconnected.
///
/// A thread that sends a packet writes it itself. Reading has a thread while there is something to read, and
/// a little longer.
public final class ClientSocket extends AbstractCloseable implements IoSession {
    private static final Logger LOG = LoggerFactory.getLogger(ClientSocket.class);

    /// Bytes of a packet that has data and no message of another kind.
    private static final int DATA = 16 * 1024;

    /// Reads, each soon after the one before, from which on the next one is waited for.
    private static final int OFTEN = 8;

    /// A login has fewer reads.
    private static final int FIRST = 32;

    private static final AtomicLong IDS = new AtomicLong();

    private final long id = IDS.incrementAndGet();
    private final Acceptor acceptor;
    private final SocketChannel channel;
    private final SocketAddress acceptance;
    private final SocketAddress local;
    private final SocketAddress remote;
    private final SelectionKey key;
    private final WriteQueue packets;
    private final Map<Object, Object> attributes = Collections.synchronizedMap(new HashMap<>());

    private final AtomicLong received = new AtomicLong();
    private final long opened = System.nanoTime();
    private volatile long heard = opened;

    /// How many reads there were, up to [#FIRST]. Of the reading thread, as is the next one.
    private int reads;

    /// How many reads in a row came soon after the one before.
    private int often;

    /// Until when the reading thread waits for more.
    private long expectedUntil = opened;

    /// What reads just now, if anything.
    private volatile @Nullable Reader reader;

    /// Sends packets.
    @FunctionalInterface
    public interface Sending {
        void run() throws IOException;
    }

    ClientSocket(Acceptor acceptor, SocketChannel channel, SocketAddress acceptance) throws IOException {
        this.acceptor = acceptor;
        this.channel = channel;
        this.acceptance = acceptance;
        this.local = channel.getLocalAddress();
        this.remote = channel.getRemoteAddress();
        this.packets = new WriteQueue(channel);
        this.key = acceptor.selector().add(channel, this);
    }

    /// Says that what is being read was typed. Called by the thread that reads.
    public void typed() {
        expect(Reader.TYPING);
    }

    void expect(Duration within) {
        expectedUntil = System.nanoTime() + within.toNanos();
    }

    /// The connection of an SSH transport.
    public static ClientSocket of(Session session) {
        return (ClientSocket) session.getIoSession();
    }

    /// How many bytes were received.
    public long received() {
        return received.get();
    }

    /// How long the connection has existed.
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - opened);
    }

    /// How long nothing has been received.
    public Duration silence() {
        return Duration.ofNanos(System.nanoTime() - heard);
    }

    /// How many bytes the kernel has accepted for sending.
    public long written() {
        return packets.written();
    }

    /// Sends the packets that the calling thread writes meanwhile together. None of them may wait for the client.
    public void together(Sending sending) throws IOException {
        together(0, sending);
    }

    /// The same for a packet with data after the other. Any other packet is sent at once and
    /// takes those along, so a key exchange that begins meanwhile does not wait for them. The
    /// client's window must have room for all of them.
    public void dataTogether(Sending sending) throws IOException {
        together(DATA, sending);
    }

    private void together(int least, Sending sending) throws IOException {
        boolean first = packets.beginGathering(least);
        try {
            sending.run();
        } finally {
            if (first && packets.endGathering()) {
                write();
            }
        }
    }

    @Override
    public IoWriteFuture writeBuffer(Buffer buffer) {
        var bytes = ByteBuffer.wrap(buffer.array(), buffer.rpos(), buffer.available());
        var packet = new WriteQueue.Packet(remote, bytes);
        if (packets.add(packet)) {
            write(packet);
        }
        return packet;
    }

    /// Writes what is to be written, as far as the socket takes it. The calling thread holds no lock.
    void write() {
        await(packets.write(WriteQueue::tell));
    }

    /// The same for a thread that sends a packet, and holds locks of MINA's. Nobody has asked to be told about that
    /// packet yet; whoever waits for others is told on another thread.
    private void write(WriteQueue.Packet own) {
        await(packets.write((done, result) -> {
            if (done.remove(own)) {
                own.setValue(result);
            }
            if (!done.isEmpty()) {
                tellElsewhere(done, result);
            }
        }));
    }

    private void tellElsewhere(List<WriteQueue.Packet> done, Object result) {
        try {
            acceptor.selector().execute(() -> WriteQueue.tell(done, result));
        } catch (OutOfMemoryError e) {
            // The system has no thread. Whoever writes has to go on, or nobody would write again.
            LOG.atDebug().setCause(e).log("no thread");
            Thread.ofVirtual().start(() -> WriteQueue.tell(done, result));
        }
    }

    private void await(boolean full) {
        if (full) {
            acceptor.selector().await(key, SelectionKey.OP_WRITE);
        }
        if (packets.resumesReading()) {
            startReading();
        }
    }

    void startReading() {
        acceptor.selector().await(key, SelectionKey.OP_READ);
    }

    /// Reads and handles what the client has sent.
    void read() {
        try (var reader = acceptor.readers().take()) {
            this.reader = reader;
            for (int count = read(reader); count != 0; count = read(reader)) {
                if (count < 0) {
                    close(true);
                    return;
                }
                received.addAndGet(count);
                long now = System.nanoTime();
                often = now - heard < Reader.LINGER.toNanos() ? Math.min(often + 1, OFTEN) : 0;
                heard = now;
                acknowledge();
                acceptor.handler().messageReceived(this, Readable.readable(reader.bytes()));
                if (closeFuture.isClosed() || packets.pausesReading()) {
                    return;
                }
            }
            startReading();
        } catch (Throwable e) {
            // Errors too: whatever a packet causes, it ends its own connection only.
            failed(e);
        } finally {
            reader = null;
        }
    }

    private int read(Reader reader) throws IOException {
        var expected = Duration.ofNanos(expectedUntil - System.nanoTime());
        return reader.read(channel, often >= OFTEN, expected);
    }

    /// A client may send a second small message only when the first was acknowledged (Nagle), as
    /// OpenSSH its request for authentication after NEWKEYS, and Linux acknowledges up to 40 ms
    /// later what gets no answer.
    private void acknowledge() throws IOException {
        if (reads < FIRST) {
            reads++;
            channel.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
        }
    }

    private void failed(Throwable cause) {
        if (isOpen() && channel.isOpen()) {
            try {
                acceptor.handler().exceptionCaught(this, cause);
            } catch (Exception e) {
                LOG.atDebug().setCause(e).log("not handled");
            }
        }
        close(true);
    }

    @Override
    protected CloseFuture doCloseGracefully() {
        return builder()
                .when(toString(), packets.waiting())
                .run(toString(), this::endOutput)
                .build()
                .close(false);
    }

    private void endOutput() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("output not ended");
        }
    }

    @Override
    protected void doCloseImmediately() {
        packets.close();
        try {
            channel.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("not closed");
        }
        acceptor.selector().closed();
        var reading = reader;
        if (reading != null) {
            reading.wake();
        }
        acceptor.ended(this);
        super.doCloseImmediately();
        try {
            acceptor.handler().sessionClosed(this);
        } catch (Exception e) {
            LOG.atDebug().setCause(e).log("its end was not handled");
        }
        attributes.clear();
    }

    @Override
    public long getId() {
        return id;
    }

    @Override
    public SocketAddress getAcceptanceAddress() {
        return acceptance;
    }

    @Override
    public SocketAddress getLocalAddress() {
        return local;
    }

    @Override
    public SocketAddress getRemoteAddress() {
        return remote;
    }

    @Override
    public @Nullable Object getAttribute(Object name) {
        return attributes.get(name);
    }

    @Override
    public @Nullable Object setAttribute(Object name, Object value) {
        return attributes.put(name, value);
    }

    @Override
    public @Nullable Object setAttributeIfAbsent(Object name, Object value) {
        return attributes.putIfAbsent(name, value);
    }

    @Override
    public @Nullable Object removeAttribute(Object name) {
        return attributes.remove(name);
    }

    @Override
    public IoService getService() {
        return acceptor;
    }

    /// Only MINA's own forwarding would call this and the two methods below, and it is off.
    @Override
    public void shutdownOutputStream() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void suspendRead() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resumeRead() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String toString() {
        return "ClientSocket[" + remote + "]";
    }
}
