package dev.shed.gateway.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;

/// A connected stream socket whose description another process may share, and change: each call says itself that it
/// does not wait (MSG_DONTWAIT), whatever O_NONBLOCK is. One thread reads, one writes, and any thread closes.
public final class StreamSocket implements AutoCloseable {
    /// After a wake-up for nothing, doubled each time: another process that shares the socket can take what was there,
    /// or
    /// leave an error that nobody takes, for ever.
    private static final long FIRST_PAUSE = 1;

    private static final long LAST_PAUSE = 1000;

    private final Descriptor descriptor;
    private final Readiness readiness;

    private StreamSocket(Descriptor descriptor) {
        this.descriptor = descriptor;
        this.readiness = new Readiness(descriptor);
    }

    /// A socket that was passed. It is this object's from now on, also when it is refused.
    ///
    /// @throws UnexpectedDescriptorException if it is no connected one of this kind
    public static StreamSocket passed(Descriptor descriptor, SocketKind kind) throws IOException {
        try {
            kind.require(descriptor);
            return new StreamSocket(descriptor);
        } catch (IOException e) {
            descriptor.close();
            throw e;
        }
    }

    /// The socket of a channel, which is closed. Nobody else may be using it.
    public static StreamSocket of(SocketChannel channel) throws IOException {
        try (channel) {
            return new StreamSocket(ChannelDescriptors.duplicate(channel));
        }
    }

    /// One call, which answers at once.
    private interface Attempt {
        long make(int fd, Scratch scratch);
    }

    /// Waits for bytes.
    ///
    /// @return how many came, -1 at the end
    /// @throws PosixException if the connection broke
    /// @throws IOException if this was closed
    public int read(byte[] target) throws IOException {
        int room = Math.min(target.length, Scratch.SIZE);
        int count = (int) repeat("recv", Poller.READABLE, (fd, scratch) -> {
            long received = Calls.recv(scratch, fd, room);
            if (received > 0) {
                MemorySegment.copy(scratch.bytes(), JAVA_BYTE, 0, target, 0, (int) received);
            }
            return received;
        });
        return count == 0 ? -1 : count;
    }

    /// Sends all of it; waits while the other side takes none.
    ///
    /// @throws PosixException if the connection broke
    /// @throws IOException if this was closed
    public void write(byte[] source, int offset, int length) throws IOException {
        int at = offset;
        while (at < offset + length) {
            at += writeSome(source, at, offset + length - at);
        }
    }

    private int writeSome(byte[] source, int offset, int length) throws IOException {
        int count = Math.min(length, Scratch.SIZE);
        return (int) repeat("send", Poller.WRITABLE, (fd, scratch) -> {
            MemorySegment.copy(source, offset, scratch.bytes(), JAVA_BYTE, 0, count);
            return Calls.send(scratch, fd, count);
        });
    }

    /// Waits for bytes, and takes descriptors that come with them: one at most.
    public Received receive(int room) throws IOException {
        var message = new Received[1];
        repeat("recvmsg", Poller.READABLE, (fd, scratch) -> {
            long count = Calls.recvmsg(scratch, fd, Messages.header(scratch, room));
            if (count >= 0) {
                message[0] = Messages.received(scratch, (int) count);
            }
            return count;
        });
        return message[0];
    }

    private long repeat(String name, int event, Attempt attempt) throws IOException {
        long result = once(attempt);
        for (long pause = 0; result == -Errno.EAGAIN || result == -Errno.EINTR; pause = longer(pause)) {
            pause(pause);
            readiness.await(event);
            result = once(attempt);
        }
        return PosixException.check(name, result);
    }

    private long once(Attempt attempt) throws IOException {
        return descriptor.use(fd -> {
            try (var scratch = Scratch.borrow()) {
                return attempt.make(fd, scratch);
            }
        });
    }

    private static long longer(long pause) {
        return Math.clamp(pause * 2, FIRST_PAUSE, LAST_PAUSE);
    }

    private static void pause(long millis) throws ClosedByInterruptException {
        try {
            if (millis > 0) {
                Thread.sleep(millis);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        }
    }

    /// Says that nothing more will be written.
    public void endOutput() throws IOException {
        PosixException.check("shutdown", once((fd, scratch) -> Calls.shutdown(scratch, fd, Calls.SHUT_WR)));
    }

    /// Ends both directions for everybody who shares the socket. What has arrived can still be read.
    public void end() throws IOException {
        // One that is not connected any more has ended.
        once((fd, scratch) -> Calls.shutdown(scratch, fd, Calls.SHUT_RDWR));
    }

    /// Wakes whoever reads or writes.
    @Override
    public void close() {
        readiness.close();
        descriptor.close();
    }
}
