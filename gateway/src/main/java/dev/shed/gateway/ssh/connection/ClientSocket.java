package dev.shed.gateway.ssh.connection;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.Factory;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceFactory;
import org.apache.sshd.common.io.nio2.Nio2CompletionHandler;
import org.apache.sshd.common.io.nio2.Nio2DefaultIoWriteFuture;
import org.apache.sshd.common.io.nio2.Nio2Service;
import org.apache.sshd.common.io.nio2.Nio2ServiceFactory;
import org.apache.sshd.common.io.nio2.Nio2ServiceFactoryFactory;
import org.apache.sshd.common.io.nio2.Nio2Session;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.threads.CloseableExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The TCP connection of a client. It counts the bytes in both directions. When a write fails, it still reads
/// what the client had sent before it disconnected.
public final class ClientSocket extends Nio2Session {
    private static final Logger LOG = LoggerFactory.getLogger(ClientSocket.class);

    private final AtomicLong received = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final long opened = System.nanoTime();
    private volatile long heard = opened;

    private ClientSocket(
            Nio2Service service,
            FactoryManager manager,
            IoHandler handler,
            AsynchronousSocketChannel socket,
            @Nullable SocketAddress acceptor)
            throws IOException {
        super(service, manager, handler, socket, acceptor);
    }

    /// Makes a server use this class for its connections.
    public static final class Factories extends Nio2ServiceFactoryFactory {
        public Factories(Factory<CloseableExecutorService> threads) {
            super(threads);
        }

        @Override
        public IoServiceFactory create(FactoryManager manager) {
            return new Sockets(manager, newExecutor(), newExecutor());
        }
    }

    private static final class Sockets extends Nio2ServiceFactory {
        Sockets(FactoryManager manager, CloseableExecutorService threads, CloseableExecutorService resuming) {
            super(manager, threads, resuming);
        }

        @Override
        public Nio2Session createSession(
                Nio2Service service, IoHandler handler, AsynchronousSocketChannel socket, SocketAddress acceptor)
                throws IOException {
            return new ClientSocket(service, getFactoryManager(), handler, socket, acceptor);
        }
    }

    /// How many bytes were received.
    long received() {
        return received.get();
    }

    /// How long the connection has existed.
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - opened);
    }

    /// How long nothing has been received.
    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - heard);
    }

    /// How many bytes the kernel has accepted for sending.
    long written() {
        return written.get();
    }

    @Override
    protected void handleReadCycleCompletion(
            ByteBuffer buffer,
            Readable reader,
            Nio2CompletionHandler<Integer, Object> completion,
            Integer result,
            Object attachment) {
        received.addAndGet(Math.max(result, 0));
        heard = System.nanoTime();
        super.handleReadCycleCompletion(buffer, reader, completion, result, attachment);
    }

    @Override
    protected void handleCompletedWriteCycle(
            Nio2DefaultIoWriteFuture future,
            AsynchronousSocketChannel socket,
            ByteBuffer buffer,
            int length,
            Nio2CompletionHandler<Integer, Object> completion,
            Integer result,
            Object attachment) {
        written.addAndGet(Math.max(result, 0));
        super.handleCompletedWriteCycle(future, socket, buffer, length, completion, result, attachment);
    }

    /// MINA's method closes the socket, so input that the client sent before it disconnected would be lost.
    /// Here the socket stays open until the reader reaches end-of-file.
    @Override
    protected void handleWriteCycleFailure(
            Nio2DefaultIoWriteFuture future,
            AsynchronousSocketChannel socket,
            ByteBuffer buffer,
            int length,
            Throwable failure,
            Object attachment) {
        LOG.atDebug().setCause(failure).log("not written");
        future.setException(failure);
        try {
            finishWrite(future);
        } catch (RuntimeException e) {
            LOG.atDebug().setCause(e).log("nothing is written any more");
        }
    }
}
