package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.ContainerSocket;
import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.SocketRefusedException;
import dev.shed.gateway.container.porter.frame.FrameDecoder;
import dev.shed.gateway.container.porter.frame.PassingLink;
import dev.shed.gateway.posix.Descriptor;
import dev.shed.gateway.posix.OutputReader;
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

    private final PassingLink porter;
    private final SocketKind kind;
    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by the lock.
    private @Nullable StreamSocket socket;

    private boolean closed;

    /// @param porter the connection on which the porter has been asked
    PassedSocket(PassingLink porter, Endpoint to) {
        this.porter = porter;
        this.kind = switch (to) {
            case Endpoint.Tcp _ -> SocketKind.TCP;
            case Endpoint.Unix _ -> SocketKind.UNIX;
        };
    }

    @Override
    public void receive(Receiver receiver) throws IOException {
        var connected = take();
        receiver.connected();
        Thread.ofVirtual().name(Thread.currentThread().getName() + "/porter").start(() -> attend(connected));
        new OutputReader(connected).readAll(new Output(receiver, new Pace()));
    }

    /// The descriptor that comes with the answer.
    private Descriptor answer() throws IOException {
        var answer = new DialAnswer(() -> {});
        var decoder = new FrameDecoder(answer);
        porter.receive((source, offset, length) -> {
            if (decoder.accept(source, offset, length) < length) {
                throw new ProtocolException("more than an answer");
            }
            return !answer.isConnected();
        });
        if (!answer.isConnected()) {
            throw new SocketRefusedException("the container went away");
        }
        return porter.passed().getFirst();
    }

    private StreamSocket take() throws IOException {
        try {
            return keep(StreamSocket.passed(answer(), kind));
        } catch (UnexpectedDescriptorException e) {
            throw new SocketRefusedException("the porter passed something else than a connection: " + e.getMessage());
        }
    }

    private StreamSocket keep(StreamSocket connected) throws IOException {
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
            porter.receive((_, _, _) -> {
                LOG.atDebug().log("a porter that goes on after its answer");
                return false;
            });
        } catch (UnexpectedDescriptorException e) {
            LOG.atDebug().setCause(e).log("a porter that goes on after its answer");
        } catch (IOException _) {
            return; // closed here
        }
        try {
            connected.end();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("closed meanwhile");
        }
    }

    @Override
    public void send(byte[] source, int offset, int length) throws IOException {
        connected().write(source, offset, length);
    }

    @Override
    public int sendNow(byte[] source, int offset, int length) {
        try {
            return connected().writeNow(source, offset, length);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("not sent"); // as the next one will find
            return 0;
        }
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

    private record Output(Receiver receiver, Pace pace) implements OutputReader.Sink {
        @Override
        public void take(int index, byte[] bytes, int length) throws IOException {
            receiver.data(bytes, 0, length);
            if (Thread.currentThread().isVirtual()) {
                pace.giveWay();
            }
        }

        @Override
        public void pause() throws IOException {
            receiver.pause();
        }
    }
}
