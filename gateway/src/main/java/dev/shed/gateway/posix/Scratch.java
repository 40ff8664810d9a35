package dev.shed.gateway.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Memory that the kernel reads and writes during a call. It is borrowed for the call and for copying its
/// data. These do not wait, so there are about as many as threads that run at a time; only the poller, and
/// a thread whose closing waits, keep one for longer.
final class Scratch implements AutoCloseable {
    /// The most bytes that one call moves. More at a time is not faster.
    static final int SIZE = 128 * 1024;

    private static final long ALIGNMENT = 64;

    private static final ConcurrentLinkedQueue<Scratch> POOL = new ConcurrentLinkedQueue<>();

    /// Bytes for a call that moves none.
    private static final int SMALL = 64;

    private final Arena arena;
    private final boolean pooled;
    private final MemorySegment bytes;
    private final MemorySegment state;

    private Scratch(Arena arena, int size, boolean pooled) {
        this.arena = arena;
        this.pooled = pooled;
        this.bytes = arena.allocate(size, ALIGNMENT);
        this.state = arena.allocate(Calls.STATE);
    }

    static Scratch borrow() {
        var pooled = POOL.poll();
        return pooled == null ? new Scratch(Arena.ofAuto(), SIZE, true) : pooled;
    }

    /// A little memory, for a call that waits, and so would keep some of the pool's for longer.
    static Scratch small() {
        return new Scratch(Arena.ofConfined(), SMALL, false);
    }

    MemorySegment bytes() {
        return bytes;
    }

    /// The memory for errno.
    MemorySegment state() {
        return state;
    }

    @Override
    public void close() {
        if (pooled) {
            POOL.add(this);
        } else {
            arena.close();
        }
    }
}
