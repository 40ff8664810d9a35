package dev.shed.gateway.posix;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// One thread that interrupts calls which take too long. It rests while none are made.
///
/// The signal is the one with which the JDK ends the waiting of a thread whose channel is closed: its handler does
/// nothing, and the call ends with `EINTR`.
final class CallWatch {
    /// Calls that do not wait take microseconds. A call that waits ends within twice this time.
    private static final Duration LIMIT = Duration.ofMillis(50);

    private static final long REST_AFTER = Duration.ofSeconds(1).toNanos();

    private static final Optional<MethodHandle> SIGNAL = find();

    private final Set<BoundedCall> calls = ConcurrentHashMap.newKeySet();
    private final Thread thread;

    /// When a call was made last, by [System#nanoTime].
    private volatile long used = System.nanoTime();

    private volatile boolean resting;

    private static final class Holder {
        private static final CallWatch INSTANCE = new CallWatch();
    }

    private CallWatch() {
        thread = Thread.ofPlatform().daemon().name("call-watch").start(this::run);
    }

    static CallWatch instance() {
        return Holder.INSTANCE;
    }

    /// Whether this JVM can interrupt calls.
    static boolean available() {
        return SIGNAL.isPresent();
    }

    private static Optional<MethodHandle> find() {
        try {
            var type = Class.forName("sun.nio.ch.NativeThread");
            var signature = MethodType.methodType(void.class, long.class);
            return Optional.of(MethodHandles.lookup().findStatic(type, "signal", signature));
        } catch (ReflectiveOperationException | LinkageError _) {
            return Optional.empty();
        }
    }

    /// This call is made from now on.
    void follows(BoundedCall call) {
        calls.add(call);
        used = System.nanoTime();
        if (resting) {
            LockSupport.unpark(thread);
        }
    }

    void interrupt(long nativeThread) {
        try {
            SIGNAL.orElseThrow().invokeExact(nativeThread);
        } catch (Throwable e) {
            throw new IllegalStateException("a thread that makes a call can have a signal", e);
        }
    }

    private void run() {
        while (true) {
            LockSupport.parkNanos(this, LIMIT.toNanos());
            boolean any = false;
            for (var call : calls) {
                any |= look(call);
            }
            if (!any && isUnused()) {
                rest();
            }
        }
    }

    /// A call that is not made is forgotten until it is made again.
    private boolean look(BoundedCall call) {
        if (call.look(LIMIT.toNanos())) {
            return true;
        }
        calls.remove(call);
        boolean madeAgain = call.look(LIMIT.toNanos());
        if (madeAgain) {
            calls.add(call);
        }
        return madeAgain;
    }

    private void rest() {
        resting = true;
        while (isUnused()) {
            LockSupport.park(this);
        }
        resting = false;
    }

    private boolean isUnused() {
        return System.nanoTime() - used > REST_AFTER;
    }
}
