package dev.shed.gateway.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// The master of a pseudo-terminal that another process has passed. One thread reads, one writes, any thread closes.
///
/// Unlike a pipe it cannot be opened anew, so `O_NONBLOCK` stays shared with whoever passed it. Each call is bounded
/// instead ([BoundedCall]): one that is made to wait is interrupted, and this is closed.
public final class Terminal implements OutputSource, AutoCloseable {
    /// What the kernel says of such a master, and of nothing else. No file system is asked: that of the file may be the
    /// container's (FUSE) and never answer.
    private static final String KIND = "\ntty-index:";

    private static final boolean AVAILABLE = find();

    /// Longer than the pause between two keys.
    private static final Duration SOON = Duration.ofSeconds(1);

    /// More than a terminal buffers. Who goes on writing to it does not hold the reader.
    private static final int REST = 256 * 1024;

    private final DescriptorCalls calls;
    private final BoundedCall reading = new BoundedCall(CallWatch.instance(), true);
    private final BoundedCall writing = new BoundedCall(CallWatch.instance(), false);
    private volatile boolean heldUp;

    private volatile boolean outputEnded;

    // Of the reading thread: how many bytes the last call has read, and how many it may still read after the end.
    private int taken;
    private int rest = REST;

    /// When something was written last, by [System#nanoTime].
    private volatile long written = System.nanoTime() - SOON.toNanos();

    private Terminal(Descriptor descriptor) {
        this.calls = new DescriptorCalls(descriptor, Poller.ofTerminals());
    }

    /// Whether masters can be taken: the kernel must tell them from other files (Linux 5.0), and calls must be bounded.
    public static boolean available() {
        return AVAILABLE;
    }

    private static boolean find() {
        if (!ChannelDescriptors.available() || !CallWatch.available()) {
            return false;
        }
        try (var scratch = Scratch.borrow();
                var own = new Descriptor(
                        (int) PosixException.check("open", Calls.open(scratch, "/dev/ptmx", Calls.O_RDWR)))) {
            require(own);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// Takes over a descriptor that was passed. If it is refused, it is closed.
    ///
    /// @throws UnexpectedDescriptorException if it is not the master of a pseudo-terminal, or may wait
    public static Terminal passed(Descriptor descriptor) throws IOException {
        try {
            require(descriptor);
            return new Terminal(descriptor);
        } catch (IOException e) {
            descriptor.close();
            throw e;
        }
    }

    private static void require(Descriptor descriptor) throws IOException {
        long flags = descriptor.use(fd -> {
            if (!Files.readString(Path.of("/proc/self/fdinfo/" + fd)).contains(KIND)) {
                throw new UnexpectedDescriptorException("it is no terminal's master");
            }
            try (var scratch = Scratch.borrow()) {
                return Calls.statusFlags(scratch, fd);
            }
        });
        if ((flags & Calls.O_NONBLOCK) == 0) {
            throw new UnexpectedDescriptorException("reading it may wait");
        }
    }

    /// The end is also when all is read that was written before [#outputEnds].
    @Override
    public int readNow(byte[] target) throws IOException {
        boolean last = outputEnded;
        if (rest <= 0) {
            return -1;
        }
        long count = once(reading, (fd, scratch) -> readRepeatedly(fd, scratch, target));
        rest -= last ? taken : 0;
        if (taken > 0 || DescriptorCalls.isLater(count)) {
            return taken > 0 || !last ? taken : -1;
        }
        return count == 0 || count == -Errno.EIO ? -1 : (int) PosixException.check("read", count);
    }

    /// The kernel gives little at a time.
    ///
    /// @return as the last read
    private long readRepeatedly(int fd, Scratch scratch, byte[] target) {
        int room = Math.min(target.length, Scratch.SIZE);
        long count = 1;
        for (taken = 0; count > 0 && taken < room; taken += (int) Math.max(0, count)) {
            count = Calls.read(scratch, fd, room - taken);
            if (count > 0) {
                MemorySegment.copy(scratch.bytes(), JAVA_BYTE, 0, target, taken, (int) count);
            }
        }
        return count;
    }

    /// Writes all of it; waits while the terminal takes none.
    ///
    /// @throws PosixException if nobody reads it any more
    /// @throws IOException if this was closed, or held up
    public void write(byte[] source, int offset, int length) throws IOException {
        long pause = 0;
        int at = offset;
        while (at < offset + length) {
            int count = writeNow(source, at, offset + length - at);
            at += count;
            if (count == 0) {
                DescriptorCalls.pause(pause);
                calls.readiness().await(Poller.WRITABLE);
            }
            pause = count == 0 ? DescriptorCalls.longer(pause) : 0;
        }
    }

    /// Writes what the terminal has room for.
    ///
    /// @return how many bytes
    /// @throws PosixException if nobody reads it any more
    /// @throws IOException if this was closed, or held up
    public int writeNow(byte[] source, int offset, int length) throws IOException {
        int room = Math.min(length, Scratch.SIZE);
        written = System.nanoTime();
        long count = once(writing, (fd, scratch) -> {
            MemorySegment.copy(source, offset, scratch.bytes(), JAVA_BYTE, 0, room);
            return Calls.write(scratch, fd, room);
        });
        return DescriptorCalls.isLater(count) ? 0 : (int) PosixException.check("write", count);
    }

    private long once(BoundedCall bound, DescriptorCalls.Attempt attempt) throws IOException {
        long result = calls.once((fd, scratch) -> bound.make(fd, scratch, attempt));
        if (result == -Errno.ETIME) {
            heldUp = true;
            close();
            throw new ClosedChannelException();
        }
        return result;
    }

    /// Whether somebody who shares it has made a call of ours wait.
    public boolean isHeldUp() {
        return heldUp;
    }

    /// Says that what is written from now on need not be read.
    public void outputEnds() {
        outputEnded = true;
        calls.readiness().ready(Poller.READABLE);
    }

    @Override
    public void arm() throws IOException {
        calls.readiness().arm(Poller.READABLE);
    }

    @Override
    public boolean isAwaited() {
        return calls.readiness().isAwaited(Poller.READABLE) && !outputEnded;
    }

    @Override
    public boolean awaitBriefly(int limit) throws IOException {
        return calls.awaitBriefly(limit);
    }

    @Override
    public int millisToAnswer() {
        return (int) SOON.minusNanos(System.nanoTime() - written).toMillis();
    }

    @Override
    public void ended() {
        close();
    }

    /// Wakes whoever reads or writes. A thread that waits briefly keeps the descriptor open until then.
    @Override
    public void close() {
        calls.close();
    }
}
