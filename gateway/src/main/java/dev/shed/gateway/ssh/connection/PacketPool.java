package dev.shed.gateway.ssh.connection;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/// The memory of packets with much data, which is used again: as garbage, those of a transfer are most of what the
/// collector does. The last one that was given back is used next, since the processor still has it in its cache.
final class PacketPool {
    /// Bytes of data in a packet, at most.
    static final int DATA = 32 * 1024;

    /// Room for headers, padding and MAC.
    private static final int REST = 256;

    /// Packets that are kept: 2 MiB.
    private static final int KEPT = 64;

    private static final ReentrantLock LOCK = new ReentrantLock();

    /// Guarded by the lock.
    private static final Deque<Buffer> FREE = new ArrayDeque<>(KEPT);

    private PacketPool() {}

    /// A packet with any content.
    static Buffer take() {
        LOCK.lock();
        try {
            var free = FREE.poll();
            return free == null ? new ByteArrayBuffer(DATA + REST, false) : free;
        } finally {
            LOCK.unlock();
        }
    }

    /// Takes back a packet that nobody uses any more, or does nothing if it is not of that size.
    static void give(Buffer packet) {
        LOCK.lock();
        try {
            if (packet.array().length == DATA + REST && FREE.size() < KEPT) {
                FREE.push(packet);
            }
        } finally {
            LOCK.unlock();
        }
    }
}
