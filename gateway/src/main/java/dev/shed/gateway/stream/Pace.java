package dev.shed.gateway.stream;

import java.time.Duration;

/// Gives way during long work on a virtual thread. Virtual threads are not preempted, so work whose length a
/// container decides would delay all other clients. Each thread has its own.
public final class Pace {
    /// Steps of some microseconds.
    private static final int STEPS = 50;

    /// About as long as Linux lets a process run while others wait.
    private static final long SLICE = Duration.ofMillis(4).toNanos();

    /// The JDK's timers make it some 60 µs.
    private static final Duration REST = Duration.ofNanos(10_000);

    private long begun = System.nanoTime();
    private int steps;

    /// One step of the work is done; lets others run now and then.
    public void step() {
        if (++steps % STEPS == 0) {
            giveWay();
        }
    }

    /// Lets others run, after a longer piece of work: a thread that always finds something to read never
    /// blocks.
    ///
    /// `Thread.yield` alone is not enough. As many threads as there are carriers, all of which yield, are
    /// resumed again and again, before any thread that a platform thread (an I/O thread, a timer) has
    /// woken. So a thread that has run for a while sleeps.
    @SuppressWarnings("ThreadPriorityCheck") // not for correctness: the carrier is given to who waits for it
    public void giveWay() {
        if (System.nanoTime() - begun < SLICE) {
            Thread.yield();
        } else {
            sleep();
            begun = System.nanoTime();
        }
    }

    /// Of an interrupted thread, too.
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
