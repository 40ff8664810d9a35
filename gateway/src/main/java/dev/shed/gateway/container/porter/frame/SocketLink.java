package dev.shed.gateway.container.porter.frame;

import dev.shed.gateway.posix.ChannelDescriptors;
import dev.shed.gateway.posix.StreamSocket;
import dev.shed.gateway.stream.Pace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// A connection from the porter to the gateway's socket, after its greeting.
public final class SocketLink implements Link {
    /// Bytes: two frames of the largest kind. A larger buffer is not faster.
    private static final int BUFFER = 128 * 1024;

    private static final int FIRST_BUFFER = 8 * 1024;

    private final SocketChannel channel;
    private final byte version;
    private final ReentrantLock sending = new ReentrantLock();

    /// A connection over which no descriptors come.
    public SocketLink(SocketChannel channel) {
        this(channel, Frames.VERSION);
    }

    /// @param version of the protocol, as negotiated
    public SocketLink(SocketChannel channel, byte version) {
        this.channel = channel;
        this.version = version;
    }

    @Override
    public byte version() {
        return version;
    }

    @Override
    public Optional<PassingLink> passing(byte since, int expected) throws IOException {
        return version >= since ? Optional.of(new PassingLink(StreamSocket.of(channel), expected)) : Optional.empty();
    }

    @Override
    public Link withTerminal() throws IOException {
        return ChannelDescriptors.available() ? new TerminalLink(StreamSocket.of(channel)) : this;
    }

    @Override
    public void send(ByteBuffer... parts) throws IOException {
        var last = parts[parts.length - 1];
        sending.lock();
        try {
            while (last.hasRemaining()) {
                channel.write(parts);
            }
        } finally {
            sending.unlock();
        }
    }

    @Override
    public void endOutput() throws IOException {
        channel.shutdownOutput();
    }

    /// Starts with a small buffer that grows as needed, because most connections are idle most of the time.
    @Override
    public void receive(Taker taker) throws IOException {
        var pace = new Pace();
        var buffer = ByteBuffer.allocate(FIRST_BUFFER);
        int count = read(buffer);
        while (count >= 0 && taker.take(buffer.array(), 0, count)) {
            buffer = count == buffer.capacity() && count < BUFFER ? ByteBuffer.allocate(BUFFER) : buffer.clear();
            pace.giveWay();
            count = read(buffer);
        }
    }

    private int read(ByteBuffer buffer) throws IOException {
        try {
            return channel.read(buffer);
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException _) {
            return -1; // reset: the porter was killed with input unread
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing a local socket cannot fail", e);
        }
    }
}
