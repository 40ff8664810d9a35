package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.ContainerSocket;
import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.SocketRefusedException;
import dev.shed.gateway.container.porter.frame.FrameDecoder;
import dev.shed.gateway.posix.Descriptor;
import dev.shed.gateway.posix.PosixException;
import dev.shed.gateway.posix.SocketKind;
import dev.shed.gateway.posix.StreamSocket;
import dev.shed.gateway.posix.UnexpectedDescriptorException;
import dev.shed.gateway.stream.Pace;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A socket that a porter connects and passes to the gateway, which reads and writes it itself. The porter keeps its
/// connection as long as it lives: when the container stops, that ends.
final class PassedSocket implements ContainerSocket {
    private static final Logger LOG = LoggerFactory.getLogger(PassedSocket.class);

    /// An answer is much shorter, and longer ones come in parts.
    private static final int ANSWER = 4096;

    private static final String TOO_MUCH = "the porter passed more than a socket";

    private static final int FIRST_BUFFER = 8 * 1024;
    private static final int BUFFER = 128 * 1024;

    private final StreamSocket porter;
    private final SocketKind kind;
    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by the lock.
    private @Nullable StreamSocket socket;

    private boolean closed;

    /// @param porter the connection on which the porter has been asked
    PassedSocket(StreamSocket porter, Endpoint to) {
        this.porter = porter;
        this.kind = switch (to) {
            case Endpoint.Tcp _ -> SocketKind.TCP;
            case Endpoint.Unix _ -> SocketKind.UNIX;
        };
    }

    @Override
    public void receive(Receiver receiver) throws IOException {
        var connected = take(answer());
        receiver.connected();
        Thread.ofVirtual().name(Thread.currentThread().getName() + "/porter").start(() -> attend(connected));
        var pace = new Pace();
        var buffer = new byte[FIRST_BUFFER];
        int count = read(connected, buffer);
        while (count >= 0) {
            receiver.data(buffer, 0, count);
            buffer = count == buffer.length && count < BUFFER ? new byte[BUFFER] : buffer;
            pace.giveWay();
            count = read(connected, buffer);
        }
    }

    /// The descriptor that comes with the answer. All others are closed.
    private Descriptor answer() throws IOException {
        var answer = new DialAnswer(true, () -> {});
        var decoder = new FrameDecoder(answer);
        Descriptor passed = null;
        try {
            while (!answer.isConnected()) {
                var message = porter.receive(ANSWER);
                for (var descriptor : message.descriptors()) {
                    passed = only(passed, descriptor);
                }
                if (message.truncated()) {
                    throw new SocketRefusedException(TOO_MUCH + ", or the gateway has too many open files");
                }
                accept(decoder, message.bytes());
            }
            if (passed == null) {
                throw new ProtocolException("connected without a socket");
            }
            var result = passed;
            passed = null;
            return result;
        } finally {
            if (passed != null) {
                passed.close();
            }
        }
    }

    private static Descriptor only(@Nullable Descriptor before, Descriptor descriptor) throws SocketRefusedException {
        if (before != null) {
            descriptor.close();
            throw new SocketRefusedException(TOO_MUCH);
        }
        return descriptor;
    }

    private static void accept(FrameDecoder decoder, byte[] bytes) throws IOException {
        if (bytes.length == 0) {
            throw new SocketRefusedException("the container went away");
        }
        if (decoder.accept(bytes, 0, bytes.length) < bytes.length) {
            throw new ProtocolException("more than an answer");
        }
    }

    private StreamSocket take(Descriptor descriptor) throws IOException {
        StreamSocket connected;
        try {
            connected = StreamSocket.passed(descriptor, kind);
        } catch (UnexpectedDescriptorException e) {
            throw new SocketRefusedException("the porter passed something else than a connection: " + e.getMessage());
        }
        lock.lock();
        try {
            socket = connected;
            if (closed) {
                connected.close();
                throw new IOException("closed");
            }
            return connected;
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the porter's end, which is the socket's: it says nothing more.
    private void attend(StreamSocket connected) {
        try {
            var nothing = new byte[1];
            if (porter.read(nothing) > 0) {
                LOG.atDebug().log("a porter that goes on after its answer");
            }
        } catch (PosixException e) {
            LOG.atDebug().setCause(e).log("a porter's connection broke");
        } catch (IOException _) {
            return; // closed here
        }
        try {
            connected.end();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("closed meanwhile");
        }
    }

    /// A connection that breaks ends like one that is closed.
    private static int read(StreamSocket connected, byte[] buffer) throws IOException {
        try {
            return connected.read(buffer);
        } catch (PosixException e) {
            LOG.atDebug().setCause(e).log("connection broke");
            return -1;
        }
    }

    @Override
    public void send(byte[] source, int offset, int length) throws IOException {
        connected().write(source, offset, length);
    }

    @Override
    public void endOutput() throws IOException {
        connected().endOutput();
    }

    private StreamSocket connected() {
        lock.lock();
        try {
            if (socket == null) {
                throw new IllegalStateException("not connected yet");
            }
            return socket;
        } finally {
            lock.unlock();
        }
    }

    /// The porter's connection last: what the socket still holds then, the porter delivers.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (socket != null) {
                socket.close();
            }
        } finally {
            lock.unlock();
        }
        porter.close();
    }
}
