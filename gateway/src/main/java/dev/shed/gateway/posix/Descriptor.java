package dev.shed.gateway.posix;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// A descriptor of this process. Its number is not given back, and so cannot become another file's, as long
/// as a call uses it.
public final class Descriptor implements AutoCloseable {
    private static final int SOL_SOCKET = 1;
    private static final int SO_LINGER = 13;
    private static final long LINGER_SIZE = 8;

    /// A container can make closing wait: for its peer (SO_LINGER, which is turned off before), or for a
    /// file system of its own. Such a descriptor occupies a thread, and delays nobody.
    private static final ExecutorService CLOSING = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("descriptor-close-", 0).factory());

    private static final int CLOSED = 1 << 30;

    private final int number;
    private volatile boolean pipe;

    /// How many calls use it, and [#CLOSED].
    private final AtomicInteger users = new AtomicInteger();

    Descriptor(int number) {
        this.number = number;
    }

    /// Says that it is an end of a pipe, which is closed without waiting, and so on the thread that closes
    /// it.
    void isPipe() {
        pipe = true;
    }

    /// A call that uses the number, and does not wait.
    interface Use {
        long with(int number) throws IOException;
    }

    /// Makes a call with the number of the descriptor, which stays open until the call returns.
    ///
    /// @return what the call returns
    /// @throws ClosedChannelException when this was closed
    long use(Use use) throws IOException {
        if (users.getAndUpdate(count -> count < CLOSED ? count + 1 : count) >= CLOSED) {
            throw new ClosedChannelException();
        }
        try {
            return use.with(number);
        } finally {
            if (users.decrementAndGet() == CLOSED) {
                release();
            }
        }
    }

    /// Closes the descriptor as soon as no call uses it, on another thread. Does not wait.
    @Override
    public void close() {
        if (users.getAndUpdate(count -> count | CLOSED) == 0) {
            release();
        }
    }

    private void release() {
        if (pipe) {
            try (var scratch = Scratch.borrow()) {
                Calls.close(scratch, number);
            }
        } else {
            CLOSING.execute(this::releaseWithoutLingering);
        }
    }

    private void releaseWithoutLingering() {
        try (var scratch = Scratch.borrow()) {
            var off = scratch.bytes().asSlice(0, LINGER_SIZE);
            off.set(ValueLayout.JAVA_LONG, 0, 0);
            Calls.setsockopt(scratch, number, SOL_SOCKET, SO_LINGER, off);
            Calls.close(scratch, number);
        }
    }
}
