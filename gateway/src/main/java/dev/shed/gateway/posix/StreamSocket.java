package dev.shed.gateway.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connected stream socket whose open file description another process may share and change. So each call
/// has MSG_DONTWAIT, whatever O_NONBLOCK says. One thread reads, one writes, and any thread closes.
public final class StreamSocket implements OutputSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamSocket.class);

    private final DescriptorCalls calls;

    private StreamSocket(Descriptor descriptor) {
        this.calls = new DescriptorCalls(descriptor);
    }

    /// Takes over a descriptor that was passed. If it is refused, it is closed.
    ///
    /// @throws UnexpectedDescriptorException if it is not a connected socket of this kind
    public static StreamSocket passed(Descriptor descriptor, SocketKind kind) throws IOException {
        try {
            kind.require(descriptor);
            return new StreamSocket(descriptor);
        } catch (IOException e) {
            descriptor.close();
            throw e;
        }
    }

    /// Takes over the socket of a channel, and closes the channel. No other thread may be using it.
    public static StreamSocket of(SocketChannel channel) throws IOException {
        try (channel) {
            return new StreamSocket(ChannelDescriptors.duplicate(channel));
        }
    }

    /// Waits for bytes.
    ///
    /// @return the number of bytes, or -1 at the end
    /// @throws PosixException if the connection broke
    /// @throws IOException if this was closed
    public int read(byte[] target) throws IOException {
        int room = Math.min(target.length, Scratch.SIZE);
        int count = (int) calls.repeat("recv", Poller.READABLE, (fd, scratch) -> receive(scratch, fd, target, room));
        return count == 0 ? -1 : count;
    }

    /// A connection that broke ends like one that was closed.
    @Override
    public int readNow(byte[] target) throws IOException {
        int room = Math.min(target.length, Scratch.SIZE);
        long count = calls.once((fd, scratch) -> receive(scratch, fd, target, room));
        if (DescriptorCalls.isLater(count)) {
            return 0;
        }
        if (count < 0) {
            LOG.atDebug().addKeyValue("error", Errno.name((int) -count)).log("connection broke");
        }
        return count > 0 ? (int) count : -1;
    }

    private static long receive(Scratch scratch, int fd, byte[] target, int room) {
        long received = Calls.recv(scratch, fd, room);
        if (received > 0) {
            MemorySegment.copy(scratch.bytes(), JAVA_BYTE, 0, target, 0, (int) received);
        }
        return received;
    }

    @Override
    public void arm() throws IOException {
        calls.readiness().arm(Poller.READABLE);
    }

    @Override
    public boolean isAwaited() {
        return calls.readiness().isAwaited(Poller.READABLE);
    }

    /// The other direction goes on.
    @Override
    public void ended() {}

    /// Sends all bytes, and waits while the peer takes none.
    ///
    /// @throws PosixException if the connection broke
    /// @throws IOException if this was closed
    public void write(byte[] source, int offset, int length) throws IOException {
        int at = offset;
        while (at < offset + length) {
            at += writeSome(source, at, offset + length - at);
        }
    }

    /// Sends the bytes that the socket has room for now.
    ///
    /// @return how many; of at most 1 KiB a unix socket takes all or none
    /// @throws PosixException if the connection broke
    /// @throws IOException if this was closed
    public int writeNow(byte[] source, int offset, int length) throws IOException {
        int room = Math.min(length, Scratch.SIZE);
        long count = calls.once((fd, scratch) -> {
            MemorySegment.copy(source, offset, scratch.bytes(), JAVA_BYTE, 0, room);
            return Calls.send(scratch, fd, room);
        });
        return DescriptorCalls.isLater(count) ? 0 : (int) PosixException.check("send", count);
    }

    @Override
    public boolean awaitBriefly(int limit) throws IOException {
        return calls.awaitBriefly(limit);
    }

    private int writeSome(byte[] source, int offset, int length) throws IOException {
        int count = Math.min(length, Scratch.SIZE);
        return (int) calls.repeat("send", Poller.WRITABLE, (fd, scratch) -> {
            MemorySegment.copy(source, offset, scratch.bytes(), JAVA_BYTE, 0, count);
            return Calls.send(scratch, fd, count);
        });
    }

    /// Waits for bytes, and takes descriptors that come with them: [Received#MAX] at most.
    public Received receive(int room) throws IOException {
        var message = new Received[1];
        calls.repeat("recvmsg", Poller.READABLE, (fd, scratch) -> {
            long count = Calls.recvmsg(scratch, fd, Messages.header(scratch, room));
            if (count >= 0) {
                message[0] = Messages.received(scratch, (int) count);
            }
            return count;
        });
        return message[0];
    }

    /// Ends the output: the peer reads end-of-file after what was written.
    public void endOutput() throws IOException {
        PosixException.check("shutdown", calls.once((fd, scratch) -> Calls.shutdown(scratch, fd, Calls.SHUT_WR)));
    }

    /// Ends both directions, for all processes that share the socket. Bytes that have arrived can still be
    /// read.
    public void end() throws IOException {
        // An error means that it is no longer connected, and so has ended already.
        calls.once((fd, scratch) -> Calls.shutdown(scratch, fd, Calls.SHUT_RDWR));
    }

    /// Ends and closes a socket that no other process shares. This wakes also who waits on a platform thread.
    public void endAndClose() {
        try {
            end();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("closed already");
        }
        close();
    }

    /// Wakes the threads that read or write; their calls fail.
    @Override
    public void close() {
        calls.close();
    }
}
