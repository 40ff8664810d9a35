package dev.shed.gateway.container;

/// Work whose length a container decides, on a virtual thread. Such threads share a carrier for each processor, which
/// nothing takes away from them: without a pause, whatever others type waits for the end of it.
public final class Pace {
    /// Steps of some microseconds.
    private static final int STEPS = 50;

    private int steps;

    /// One step of the work is done; lets others run now and then.
    @SuppressWarnings("ThreadPriorityCheck") // not for correctness: the carrier is given to who waits for it
    public void step() {
        if (++steps % STEPS == 0) {
            Thread.yield();
        }
    }
}
