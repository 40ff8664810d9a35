package dev.shed.gateway.stream;

/// Yields during long work on a virtual thread. Virtual threads are not preempted, so work whose length a
/// container decides would delay all other clients.
public final class Pace {
    /// Steps of some microseconds.
    private static final int STEPS = 50;

    private int steps;

    /// One step of the work is done; lets others run now and then.
    public void step() {
        if (++steps % STEPS == 0) {
            giveWay();
        }
    }

    /// Lets others run, after a piece of work that takes longer: who always finds something to read never blocks.
    @SuppressWarnings("ThreadPriorityCheck") // not for correctness: the carrier is given to who waits for it
    public static void giveWay() {
        Thread.yield();
    }
}
