package dev.shed.gateway.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The C library's functions. Each returns what it returns in C, or minus errno if it fails. None of them
/// waits, except [#epollWait], [#poll], and [#close] if the file system of the file makes it wait
/// ([Descriptor]).
final class Calls {
    static final int SHUT_WR = 1;
    static final int SHUT_RDWR = 2;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_DEL = 2;
    static final int EPOLL_CTL_MOD = 3;

    static final StructLayout STATE = Linker.Option.captureStateLayout();

    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;

    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x4000_0000;
    static final int O_NONBLOCK = 0x800;

    private static final int F_GETFL = 3;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int F_SETPIPE_SZ = 1031;
    private static final int O_CLOEXEC = 0x80000;
    private static final int EPOLL_CLOEXEC = 0x80000;

    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle OPEN =
            find("open", of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle READ = find("read", of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle WRITE = find("write", of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle POLL = find("poll", of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECV = find("recv", of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SEND = find("send", of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECVMSG = find("recvmsg", of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SHUTDOWN = find("shutdown", of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE = find("close", of(JAVA_INT, JAVA_INT));
    private static final MethodHandle GETSOCKOPT =
            find("getsockopt", of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SETSOCKOPT =
            find("setsockopt", of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETPEERNAME = find("getpeername", of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle FCNTL =
            find("fcntl", of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle PTHREAD_SELF = find("pthread_self", of(JAVA_LONG));
    private static final MethodHandle EPOLL_CREATE = find("epoll_create1", of(JAVA_INT, JAVA_INT));
    private static final MethodHandle EPOLL_CTL =
            find("epoll_ctl", of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle EPOLL_WAIT =
            find("epoll_wait", of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));

    private Calls() {}

    private static FunctionDescriptor of(MemoryLayout result, MemoryLayout... parameters) {
        return FunctionDescriptor.of(result, parameters);
    }

    @SuppressWarnings("restricted") // the one place that reaches out of the JVM
    private static MethodHandle find(String name, FunctionDescriptor function, Linker.Option... variadic) {
        var options = new Linker.Option[variadic.length + 1];
        options[0] = Linker.Option.captureCallState("errno");
        System.arraycopy(variadic, 0, options, 1, variadic.length);
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), function, options);
    }

    private static long result(Scratch scratch, long value) {
        return value >= 0 ? value : -(int) ERRNO.get(scratch.state(), 0L);
    }

    private static AssertionError impossible(Throwable thrown) {
        return new AssertionError("a function of C throws nothing", thrown);
    }

    /// Opens a file of this process's without waiting; no program that is started gets it.
    static long open(Scratch scratch, String path, int access) {
        try {
            scratch.bytes().setString(0, path);
            int flags = access | O_NONBLOCK | O_CLOEXEC;
            return result(scratch, (int) OPEN.invokeExact(scratch.state(), scratch.bytes(), flags, 0));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// Into the beginning of the scratch memory, of a descriptor with `O_NONBLOCK`.
    static long read(Scratch scratch, int fd, long length) {
        try {
            return result(scratch, (long) READ.invokeExact(scratch.state(), fd, scratch.bytes(), length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// From the beginning of the scratch memory, to a descriptor with `O_NONBLOCK`. The JVM ignores SIGPIPE.
    static long write(Scratch scratch, int fd, long length) {
        try {
            return result(scratch, (long) WRITE.invokeExact(scratch.state(), fd, scratch.bytes(), length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// Receives into the beginning of the scratch memory.
    static long recv(Scratch scratch, int fd, long length) {
        try {
            return result(scratch, (long) RECV.invokeExact(scratch.state(), fd, scratch.bytes(), length, MSG_DONTWAIT));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// Sends from the beginning of the scratch memory.
    static long send(Scratch scratch, int fd, long length) {
        try {
            int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
            return result(scratch, (long) SEND.invokeExact(scratch.state(), fd, scratch.bytes(), length, flags));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static long recvmsg(Scratch scratch, int fd, MemorySegment header) {
        try {
            int flags = MSG_DONTWAIT | MSG_CMSG_CLOEXEC;
            return result(scratch, (long) RECVMSG.invokeExact(scratch.state(), fd, header, flags));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static long shutdown(Scratch scratch, int fd, int how) {
        try {
            return result(scratch, (int) SHUTDOWN.invokeExact(scratch.state(), fd, how));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static long close(Scratch scratch, int fd) {
        try {
            return result(scratch, (int) CLOSE.invokeExact(scratch.state(), fd));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static long getsockopt(
            Scratch scratch, int fd, int level, int name, MemorySegment value, MemorySegment valueLength) {
        try {
            return result(scratch, (int) GETSOCKOPT.invokeExact(scratch.state(), fd, level, name, value, valueLength));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static long setsockopt(Scratch scratch, int fd, int level, int name, MemorySegment value) {
        try {
            int length = (int) value.byteSize();
            return result(scratch, (int) SETSOCKOPT.invokeExact(scratch.state(), fd, level, name, value, length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static long getpeername(Scratch scratch, int fd, MemorySegment address, MemorySegment addressLength) {
        try {
            return result(scratch, (int) GETPEERNAME.invokeExact(scratch.state(), fd, address, addressLength));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// Duplicates a descriptor. The new one is closed when a program is executed.
    static long duplicate(Scratch scratch, int fd) {
        try {
            return result(scratch, (int) FCNTL.invokeExact(scratch.state(), fd, F_DUPFD_CLOEXEC, 0));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// Waits for so many milliseconds until the descriptor can be read.
    ///
    /// @return 0 if it cannot
    static long poll(Scratch scratch, int fd, int limit) {
        try {
            scratch.bytes().set(JAVA_INT, 0, fd);
            scratch.bytes().set(JAVA_INT, Integer.BYTES, Poller.READABLE);
            return result(scratch, (int) POLL.invokeExact(scratch.state(), scratch.bytes(), 1L, limit));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// Sets how many bytes a pipe holds.
    static long pipeSize(Scratch scratch, int fd, int bytes) {
        try {
            return result(scratch, (int) FCNTL.invokeExact(scratch.state(), fd, F_SETPIPE_SZ, bytes));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// The flags of a description, such as [#O_NONBLOCK].
    static long statusFlags(Scratch scratch, int fd) {
        try {
            return result(scratch, (int) FCNTL.invokeExact(scratch.state(), fd, F_GETFL, 0));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// The thread of the system that makes this call.
    static long thread(Scratch scratch) {
        try {
            return (long) PTHREAD_SELF.invokeExact(scratch.state());
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static long epollCreate(Scratch scratch) {
        try {
            return result(scratch, (int) EPOLL_CREATE.invokeExact(scratch.state(), EPOLL_CLOEXEC));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static long epollControl(Scratch scratch, int epoll, int operation, int fd, MemorySegment event) {
        try {
            return result(scratch, (int) EPOLL_CTL.invokeExact(scratch.state(), epoll, operation, fd, event));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// Waits until there is an event.
    static long epollWait(Scratch scratch, int epoll, MemorySegment events, int room) {
        try {
            return result(scratch, (int) EPOLL_WAIT.invokeExact(scratch.state(), epoll, events, room, -1));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }
}
