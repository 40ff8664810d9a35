package dev.shed.gateway.posix;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/// A call that must not wait, and that [CallWatch] interrupts if it does: `O_NONBLOCK` belongs to the description, and
/// whoever shares that can take it away while a call is on its way. It may be made again, by one thread at a time.
final class BoundedCall {
    private static final int IDLE = 0;
    private static final int RUNNING = 1;
    private static final int SIGNALLING = 2;
    private static final int SIGNALLED = 3;

    private final CallWatch watch;
    private final boolean waitsOnlyIfMadeTo;
    private final ReentrantLock lock = new ReentrantLock();

    /// The thread cannot end as long as this is [#SIGNALLING].
    private final AtomicInteger state = new AtomicInteger(IDLE);

    // Written before `state` says that it runs.
    private volatile long begun;
    private volatile long thread;

    /// @param waitsOnlyIfMadeTo whether `EINTR` alone says that it has waited. That is so for a read; a write looks for
    /// signals first.
    BoundedCall(CallWatch watch, boolean waitsOnlyIfMadeTo) {
        this.watch = watch;
        this.waitsOnlyIfMadeTo = waitsOnlyIfMadeTo;
    }

    /// Makes the call.
    ///
    /// @return as the call, or minus [Errno#ETIME] if somebody has made it wait
    long make(int fd, Scratch scratch, DescriptorCalls.Attempt attempt) {
        lock.lock();
        try {
            begin(scratch);
            long result = attempt.make(fd, scratch);
            boolean made = end() && result == -Errno.EINTR && (waitsOnlyIfMadeTo || mayWait(fd, scratch));
            return made ? -Errno.ETIME : result;
        } finally {
            lock.unlock();
        }
    }

    private static boolean mayWait(int fd, Scratch scratch) {
        return (Calls.statusFlags(scratch, fd) & Calls.O_NONBLOCK) == 0;
    }

    private void begin(Scratch scratch) {
        thread = Calls.thread(scratch);
        begun = System.nanoTime();
        state.set(RUNNING);
        watch.follows(this);
    }

    /// Whether it was interrupted.
    private boolean end() {
        if (state.compareAndSet(RUNNING, IDLE)) {
            return false;
        }
        while (!state.compareAndSet(SIGNALLED, IDLE)) {
            Thread.onSpinWait();
        }
        return true;
    }

    /// Interrupts the call if it takes longer than the limit, each time that this is asked.
    ///
    /// @return whether there is a call
    boolean look(long limit) {
        int now = state.get();
        if (now != IDLE && isLate(limit) && state.compareAndSet(now, SIGNALLING)) {
            // It may be another call by now.
            boolean late = isLate(limit);
            if (late) {
                watch.interrupt(thread);
            }
            state.set(late ? SIGNALLED : RUNNING);
        }
        return now != IDLE;
    }

    private boolean isLate(long limit) {
        return System.nanoTime() - begun > limit;
    }
}
