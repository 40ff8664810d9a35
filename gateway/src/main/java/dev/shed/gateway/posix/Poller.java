package dev.shed.gateway.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// A thread that waits for all sockets and pipes, or for all terminals (epoll), so that a virtual thread which waits
/// for one of them occupies no platform thread.
///
/// If a container has the same open file description, epoll goes on watching it after our descriptor is
/// closed. So each descriptor is removed from epoll before it is closed, and an event carries a key that is
/// used only once.
final class Poller {
    static final int READABLE = 0x1;
    static final int WRITABLE = 0x4;

    /// An error, or the end of both directions. The next call on the socket tells which.
    static final int BROKEN = 0x8 | 0x10;

    private static final int ONE_SHOT = 1 << 30;

    /// The kernel packs the structure on x86-64 only.
    private static final long DATA = System.getProperty("os.arch").equals("aarch64") ? 8 : 4;

    private static final long EVENT = DATA + Long.BYTES;
    private static final int EVENTS = 64;

    private final Map<Long, Listener> listeners = new ConcurrentHashMap<>();
    private final AtomicLong keys = new AtomicLong();
    private final int epoll;

    /// Is called on the poller's thread.
    interface Listener {
        void ready(int events);
    }

    private static final class Holder {
        private static final Poller INSTANCE = new Poller("socket-poller");
    }

    private static final class TerminalsHolder {
        private static final Poller INSTANCE = new Poller("terminal-poller");
    }

    private Poller(String name) {
        try (var scratch = Scratch.borrow()) {
            long created = Calls.epollCreate(scratch);
            if (created < 0) {
                throw new IllegalStateException("epoll_create1: " + Errno.name((int) -created));
            }
            epoll = (int) created;
        }
        Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    static Poller instance() {
        return Holder.INSTANCE;
    }

    /// The one for terminals: to look whether one is ready, the kernel takes locks that the container can hold if
    /// it can stop its own page faults.
    static Poller ofTerminals() {
        return TerminalsHolder.INSTANCE;
    }

    /// Watches a descriptor, and calls the listener once at the first of these events.
    ///
    /// @return the key for [#watch] and [#remove]
    long add(int fd, int events, Listener listener) throws PosixException {
        long key = keys.incrementAndGet();
        listeners.put(key, listener);
        try {
            PosixException.check("epoll_ctl", control(Calls.EPOLL_CTL_ADD, fd, events | ONE_SHOT, key));
            return key;
        } catch (PosixException e) {
            listeners.remove(key);
            throw e;
        }
    }

    /// Calls the listener once more, at the next of these events, or at once if one is already there.
    long watch(int fd, int events, long key) throws PosixException {
        return PosixException.check("epoll_ctl", control(Calls.EPOLL_CTL_MOD, fd, events | ONE_SHOT, key));
    }

    void remove(int fd, long key) {
        listeners.remove(key);
        control(Calls.EPOLL_CTL_DEL, fd, 0, key);
    }

    private long control(int operation, int fd, int events, long key) {
        try (var scratch = Scratch.borrow()) {
            var event = scratch.bytes().asSlice(0, EVENT);
            event.set(ValueLayout.JAVA_INT_UNALIGNED, 0, events);
            event.set(ValueLayout.JAVA_LONG_UNALIGNED, DATA, key);
            return Calls.epollControl(scratch, epoll, operation, fd, event);
        }
    }

    private void run() {
        var events = Arena.global().allocate(EVENT * EVENTS, Long.BYTES);
        try (var scratch = Scratch.borrow()) {
            while (true) {
                long count = Calls.epollWait(scratch, epoll, events, EVENTS);
                for (long i = 0; i < count; i++) {
                    tell(events.asSlice(i * EVENT, EVENT));
                }
            }
        }
    }

    private void tell(MemorySegment event) {
        var listener = listeners.get(event.get(ValueLayout.JAVA_LONG_UNALIGNED, DATA));
        if (listener != null) {
            listener.ready(event.get(ValueLayout.JAVA_INT_UNALIGNED, 0));
        }
    }
}
