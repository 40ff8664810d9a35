package dev.shed.gateway.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;

/// The kinds of connected stream sockets, and the check that a descriptor is one. It comes from a
/// container, which may pass anything.
///
/// The check asks only the socket layer, which answers without waiting. `fstat` would ask the file system
/// of the file, which may be the container's own (FUSE) and never answer.
public enum SocketKind {
    /// `AF_INET`, `AF_INET6`, `IPPROTO_TCP`.
    TCP(2, 10, 6),
    /// `AF_UNIX`, which has no protocols.
    UNIX(1, 1, 0);

    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;
    private static final int SO_PEERCRED = 17;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SO_PROTOCOL = 38;
    private static final int SO_DOMAIN = 39;

    private static final int SOCK_STREAM = 1;

    private static final long CREDENTIALS_SIZE = 12;
    private static final long ADDRESS_SIZE = 128;
    private static final long LENGTH_AT = 256;

    private final int family;
    private final int otherFamily;
    private final int protocol;

    SocketKind(int family, int otherFamily, int protocol) {
        this.family = family;
        this.otherFamily = otherFamily;
        this.protocol = protocol;
    }

    /// Checks that a descriptor is a connected stream socket of this kind and, if it is a unix socket, that
    /// its peer is not this process.
    ///
    /// @throws UnexpectedDescriptorException if it is not, with the reason
    void require(Descriptor descriptor) throws IOException {
        int type = option(descriptor, SO_TYPE);
        if (type == -Errno.ENOTSOCK || type == -Errno.EBADF) {
            throw new UnexpectedDescriptorException("it is no socket");
        }
        refuseIf(type != SOCK_STREAM, "it is no stream socket");
        int domain = option(descriptor, SO_DOMAIN);
        refuseIf(domain != family && domain != otherFamily, "it is a socket of another family");
        refuseIf(option(descriptor, SO_PROTOCOL) != protocol, "it is a socket of another protocol");
        refuseIf(option(descriptor, SO_ACCEPTCONN) != 0, "it listens");
        refuseIf(descriptor.use(SocketKind::peerName) < 0, "it is not connected");
        refuseIf(
                this == UNIX
                        && option(descriptor, SO_PEERCRED)
                                == ProcessHandle.current().pid(),
                "it leads to the gateway itself");
    }

    private static void refuseIf(boolean wrong, String why) throws UnexpectedDescriptorException {
        if (wrong) {
            throw new UnexpectedDescriptorException(why);
        }
    }

    /// The value of an option (of SO_PEERCRED the process id), or minus errno.
    private static int option(Descriptor descriptor, int name) throws IOException {
        return (int) descriptor.use(fd -> {
            try (var scratch = Scratch.borrow()) {
                var length = scratch.bytes().asSlice(LENGTH_AT, Integer.BYTES);
                length.set(JAVA_INT, 0, name == SO_PEERCRED ? (int) CREDENTIALS_SIZE : Integer.BYTES);
                long result = Calls.getsockopt(scratch, fd, SOL_SOCKET, name, scratch.bytes(), length);
                return result < 0 ? result : scratch.bytes().get(JAVA_INT, 0);
            }
        });
    }

    private static long peerName(int fd) {
        try (var scratch = Scratch.borrow()) {
            var length = scratch.bytes().asSlice(LENGTH_AT, Integer.BYTES);
            length.set(JAVA_INT, 0, (int) ADDRESS_SIZE);
            return Calls.getpeername(scratch, fd, scratch.bytes(), length);
        }
    }
}
