package dev.shed.gateway.posix;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/// Calls on one descriptor that do not wait. What cannot be done at once is tried again when the descriptor is ready.
final class DescriptorCalls implements AutoCloseable {
    /// Milliseconds after a wake-up for nothing, doubled each time: another process that shares the descriptor can take
    /// what was there, or leave an error that nobody takes, for ever.
    private static final long FIRST_PAUSE = 1;

    private static final long LAST_PAUSE = 1000;

    private final Descriptor descriptor;
    private final Readiness readiness;

    DescriptorCalls(Descriptor descriptor) {
        this(descriptor, Poller.instance());
    }

    DescriptorCalls(Descriptor descriptor, Poller poller) {
        this.descriptor = descriptor;
        this.readiness = new Readiness(descriptor, poller);
    }

    /// One call, which answers at once.
    interface Attempt {
        long make(int fd, Scratch scratch);
    }

    Readiness readiness() {
        return readiness;
    }

    /// Makes the call until it can be done, and waits between.
    ///
    /// @param name of the call, for the exception
    /// @param event what it waits for
    /// @throws IOException if this was closed
    long repeat(String name, int event, Attempt attempt) throws IOException {
        long result = once(attempt);
        for (long pause = 0; isLater(result); pause = longer(pause)) {
            pause(pause);
            readiness.await(event);
            result = once(attempt);
        }
        return PosixException.check(name, result);
    }

    /// Whether it has to be tried again.
    static boolean isLater(long result) {
        return result == -Errno.EAGAIN || result == -Errno.EINTR;
    }

    /// Makes the call once, and returns what it answers, or minus errno.
    long once(Attempt attempt) throws IOException {
        return descriptor.use(fd -> {
            try (var scratch = Scratch.borrow()) {
                return attempt.make(fd, scratch);
            }
        });
    }

    /// Waits on a platform thread until there is something to be read.
    ///
    /// @param limit milliseconds
    /// @return whether there is something, as far as is known
    boolean awaitBriefly(int limit) throws IOException {
        return descriptor.use(fd -> {
                    try (var scratch = Scratch.small()) {
                        return Calls.poll(scratch, fd, limit);
                    }
                })
                > 0;
    }

    static long longer(long pause) {
        return Math.clamp(pause * 2, FIRST_PAUSE, LAST_PAUSE);
    }

    static void pause(long millis) throws ClosedByInterruptException {
        try {
            if (millis > 0) {
                Thread.sleep(millis);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        }
    }

    /// Wakes whoever waits.
    @Override
    public void close() {
        readiness.close();
        descriptor.close();
    }
}
