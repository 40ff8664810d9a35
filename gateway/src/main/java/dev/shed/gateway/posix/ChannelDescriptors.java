package dev.shed.gateway.posix;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.Set;

/// The descriptors of Java's channels. The JDK has a method for them that is not public; its package must
/// be exported (`Add-Exports` in the jar's manifest).
public final class ChannelDescriptors {
    /// Those whose structures [Messages] and [Poller] know.
    private static final Set<String> ARCHITECTURES = Set.of("amd64", "aarch64");

    private static final Optional<MethodHandle> NUMBER = find();

    private ChannelDescriptors() {}

    /// Whether the sockets of channels can be used with the calls of this package.
    public static boolean available() {
        return NUMBER.isPresent();
    }

    private static Optional<MethodHandle> find() {
        if (!System.getProperty("os.name").equals("Linux") || !ARCHITECTURES.contains(System.getProperty("os.arch"))) {
            return Optional.empty();
        }
        try {
            var type = Class.forName("sun.nio.ch.SelChImpl");
            var method = MethodHandles.lookup().findVirtual(type, "getFDVal", MethodType.methodType(int.class));
            Poller.instance(); // which links the C library while there are free descriptors: a failure would stay
            return Optional.of(method.asType(MethodType.methodType(int.class, SocketChannel.class)));
        } catch (ReflectiveOperationException | LinkageError _) {
            return Optional.empty();
        }
    }

    /// A new descriptor for the socket of a channel.
    ///
    /// @throws IOException if the process has too many open files, or the channel is closed
    static Descriptor duplicate(SocketChannel channel) throws IOException {
        int number = number(channel);
        try (var scratch = Scratch.borrow()) {
            return new Descriptor((int) PosixException.check("fcntl", Calls.duplicate(scratch, number)));
        }
    }

    private static int number(SocketChannel channel) {
        try {
            return (int) NUMBER.orElseThrow().invokeExact(channel);
        } catch (Throwable e) {
            throw new IllegalStateException("the descriptor of a channel", e);
        }
    }
}
