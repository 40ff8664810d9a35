package dev.shed.gateway.stream;

import java.time.Duration;

/// Yields during long work on a virtual thread. Virtual threads are not preempted, so long work on a
/// container's data would delay all other clients. Each thread has its own instance.
public final class Pace {
    /// How many steps, of some microseconds each, run between two yields.
    private static final int STEPS = 50;

    /// How long a thread runs before it sleeps: about as long as a time slice of Linux.
    private static final long SLICE = Duration.ofMillis(4).toNanos();

    /// How long it sleeps; with the JDK's timers about 60 µs.
    private static final Duration REST = Duration.ofNanos(10_000);

    private long begun = System.nanoTime();
    private int steps;

    /// One step of the work is done; yields now and then.
    public void step() {
        if (++steps % STEPS == 0) {
            giveWay();
        }
    }

    /// Yields after a longer piece of work. A thread that always finds data to read never blocks.
    ///
    /// `Thread.yield` alone is not enough. If as many threads as there are carriers yield, they are resumed
    /// before any thread that a platform thread (an I/O thread, a timer) has unblocked. So a thread that has
    /// run for a while sleeps.
    @SuppressWarnings("ThreadPriorityCheck") // lets other threads use the carrier; nothing depends on it
    public void giveWay() {
        if (System.nanoTime() - begun < SLICE) {
            Thread.yield();
        } else {
            sleep();
            begun = System.nanoTime();
        }
    }

    /// Sleeps even if the thread is interrupted, and keeps its interrupt status.
    private static void sleep() {
        boolean interrupted = Thread.interrupted();
        try {
            Thread.sleep(REST);
        } catch (InterruptedException _) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
