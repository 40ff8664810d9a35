package dev.shed.gateway.container.porter.frame;

import dev.shed.gateway.posix.Descriptor;
import dev.shed.gateway.posix.PosixException;
import dev.shed.gateway.posix.Received;
import dev.shed.gateway.posix.StreamSocket;
import dev.shed.gateway.posix.UnexpectedDescriptorException;
import dev.shed.gateway.stream.Pace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// A connection on which the porter passes descriptors with its answer.
public final class PassingLink implements Link {
    /// Bytes. An answer is much shorter, and longer ones come in parts.
    private static final int ANSWER = 4096;

    private final StreamSocket socket;
    private final int expected;
    private final ReentrantLock sending = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final List<Descriptor> passed = new ArrayList<>();
    private int came;
    private boolean dropped;

    /// @param expected how many descriptors come with the answer, [Received#MAX] at most
    public PassingLink(StreamSocket socket, int expected) {
        this.socket = socket;
        this.expected = expected;
    }

    /// The descriptors that came with the answer. Whoever takes them closes them.
    ///
    /// @throws UnexpectedDescriptorException if they did not come
    public List<Descriptor> passed() throws UnexpectedDescriptorException {
        lock.lock();
        try {
            if (passed.size() < expected) {
                throw new UnexpectedDescriptorException("fewer descriptors than " + expected);
            }
            var all = List.copyOf(passed);
            passed.clear();
            return all;
        } finally {
            lock.unlock();
        }
    }

    private void keep(Received message) throws UnexpectedDescriptorException {
        lock.lock();
        try {
            came += message.descriptors().size();
            if (dropped || message.truncated() || came > expected) {
                message.descriptors().forEach(Descriptor::close);
                throw new UnexpectedDescriptorException(
                        "more descriptors than " + expected + ", or the gateway has too many open files");
            }
            passed.addAll(message.descriptors());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void send(ByteBuffer... parts) throws IOException {
        sending.lock();
        try {
            for (var part : parts) {
                socket.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
            }
        } finally {
            sending.unlock();
        }
    }

    @Override
    public void endOutput() throws IOException {
        socket.endOutput();
    }

    @Override
    public void receive(Taker taker) throws IOException {
        try {
            receiveAll(taker);
        } catch (IOException | RuntimeException e) {
            drop();
            throw e;
        }
    }

    private void receiveAll(Taker taker) throws IOException {
        var pace = new Pace();
        var bytes = next();
        while (bytes.length > 0 && taker.take(bytes, 0, bytes.length)) {
            pace.giveWay();
            bytes = next();
        }
    }

    /// None at the end.
    private byte[] next() throws IOException {
        try {
            var message = socket.receive(ANSWER);
            keep(message);
            return message.bytes();
        } catch (PosixException _) {
            return new byte[0]; // the porter was killed with input unread
        }
    }

    /// Takes no descriptors any more, and closes those that nobody took.
    private void drop() {
        lock.lock();
        try {
            dropped = true;
            passed.forEach(Descriptor::close);
            passed.clear();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        drop();
        socket.close();
    }
}
