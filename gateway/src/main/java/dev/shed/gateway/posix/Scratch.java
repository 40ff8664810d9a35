package dev.shed.gateway.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Memory that the kernel reads and writes during one call. It is borrowed for the call and the copy beside it, in
/// which
/// no thread waits: there are as many as threads that run at a time.
final class Scratch implements AutoCloseable {
    /// As much as one call moves; more at a time is no faster.
    static final int SIZE = 128 * 1024;

    private static final long ALIGNMENT = 64;

    private static final ConcurrentLinkedQueue<Scratch> POOL = new ConcurrentLinkedQueue<>();

    private final MemorySegment bytes;
    private final MemorySegment state;

    private Scratch() {
        var arena = Arena.ofAuto();
        this.bytes = arena.allocate(SIZE, ALIGNMENT);
        this.state = arena.allocate(Calls.STATE);
    }

    static Scratch borrow() {
        var pooled = POOL.poll();
        return pooled == null ? new Scratch() : pooled;
    }

    MemorySegment bytes() {
        return bytes;
    }

    /// Where errno is put.
    MemorySegment state() {
        return state;
    }

    @Override
    public void close() {
        POOL.add(this);
    }
}
