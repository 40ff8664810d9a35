package dev.shed.gateway.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/// One end of a pipe that another process has passed. One thread uses it, and any thread closes it.
///
/// The end is opened anew, and the descriptor that was passed is closed: `O_NONBLOCK` belongs to the description, and
/// whoever passed it may still have that one, and change it while a call is on its way.
public final class Pipe implements OutputSource, AutoCloseable {
    /// Bytes that a pipe holds at first, and that it holds once it was full. Larger ones are no faster.
    private static final int USUAL_SIZE = 64 * 1024;

    private static final int BULK_SIZE = 256 * 1024;

    private static final String KIND = "pipe:[";

    private final DescriptorCalls calls;
    private final AtomicBoolean enlarged = new AtomicBoolean();

    private Pipe(Descriptor descriptor) {
        this.calls = new DescriptorCalls(descriptor);
    }

    /// The end that is read. The descriptor is this object's from now on, also when it is refused.
    ///
    /// @throws UnexpectedDescriptorException if it is no pipe
    public static Pipe reading(Descriptor passed) throws IOException {
        return new Pipe(anew(passed, Calls.O_RDONLY));
    }

    /// The end that is written, likewise.
    public static Pipe writing(Descriptor passed) throws IOException {
        return new Pipe(anew(passed, Calls.O_WRONLY));
    }

    private static Descriptor anew(Descriptor passed, int access) throws IOException {
        try (passed) {
            long opened = passed.use(fd -> {
                var name = "/proc/self/fd/" + fd;
                // The kernel's own name of a pipe without a path. A file's begins with a slash, and opening one asks
                // its file system, which can be the container's (FUSE) and never answer.
                if (!Files.readSymbolicLink(Path.of(name)).toString().startsWith(KIND)) {
                    throw new UnexpectedDescriptorException("it is no pipe");
                }
                passed.isPipe();
                try (var scratch = Scratch.borrow()) {
                    return Calls.open(scratch, name, access);
                }
            });
            var own = new Descriptor((int) PosixException.check("open", opened));
            own.isPipe();
            return own;
        }
    }

    @Override
    public int readNow(byte[] target) throws IOException {
        int room = Math.min(target.length, Scratch.SIZE);
        long count = calls.once((fd, scratch) -> {
            long received = Calls.read(scratch, fd, room);
            if (received > 0) {
                MemorySegment.copy(scratch.bytes(), JAVA_BYTE, 0, target, 0, (int) received);
            }
            return received;
        });
        if (DescriptorCalls.isLater(count)) {
            return 0;
        }
        if (count >= USUAL_SIZE) {
            enlarge();
        }
        return count == 0 ? -1 : (int) PosixException.check("read", count);
    }

    @Override
    public void arm() throws IOException {
        calls.readiness().arm(Poller.READABLE);
    }

    @Override
    public boolean awaitBriefly(int limit) throws IOException {
        return calls.awaitBriefly(limit);
    }

    @Override
    public boolean isAwaited() {
        return calls.readiness().isAwaited(Poller.READABLE);
    }

    /// Writes all of it; waits while the other side takes none.
    ///
    /// @throws PosixException if nobody reads it any more
    /// @throws IOException if this was closed
    public void write(byte[] source, int offset, int length) throws IOException {
        int at = offset;
        while (at < offset + length) {
            int count = writeSome(source, at, offset + length - at);
            at += count;
            if (at < offset + length) {
                enlarge();
            }
        }
    }

    /// Writes what the pipe has room for.
    ///
    /// @return how many bytes
    /// @throws PosixException if nobody reads it any more
    /// @throws IOException if this was closed
    public int writeNow(byte[] source, int offset, int length) throws IOException {
        int room = Math.min(length, Scratch.SIZE);
        long count = calls.once((fd, scratch) -> {
            MemorySegment.copy(source, offset, scratch.bytes(), JAVA_BYTE, 0, room);
            return Calls.write(scratch, fd, room);
        });
        int written = DescriptorCalls.isLater(count) ? 0 : (int) PosixException.check("write", count);
        if (written < length) {
            enlarge();
        }
        return written;
    }

    private int writeSome(byte[] source, int offset, int length) throws IOException {
        int count = Math.min(length, Scratch.SIZE);
        return (int) calls.repeat("write", Poller.WRITABLE, (fd, scratch) -> {
            MemorySegment.copy(source, offset, scratch.bytes(), JAVA_BYTE, 0, count);
            return Calls.write(scratch, fd, count);
        });
    }

    /// Only once it is needed: the kernel limits how much one user's pipes may hold. Beyond that they stay as they are.
    private void enlarge() throws IOException {
        if (!enlarged.getAndSet(true)) {
            calls.once((fd, scratch) -> Calls.pipeSize(scratch, fd, BULK_SIZE));
        }
    }

    @Override
    public void ended() {
        close();
    }

    /// Wakes whoever reads or writes.
    @Override
    public void close() {
        calls.close();
    }
}
