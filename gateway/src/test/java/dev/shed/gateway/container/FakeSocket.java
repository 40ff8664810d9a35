package dev.shed.gateway.container;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A socket in a container whose far end a test plays: what it says, what it heard, when it ends.
public final class FakeSocket implements ContainerSocket {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    // All guarded by this.
    private final Deque<byte[]> toGateway = new ArrayDeque<>();
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private @Nullable IOException refusal;
    private boolean connected;
    private boolean reading = true;
    private boolean saidAll;
    private boolean endless;
    private boolean broken;
    private boolean heardEnd;
    private boolean closed;

    /// One that is connected when somebody looks.
    public static FakeSocket connected() {
        var socket = new FakeSocket();
        socket.connects();
        return socket;
    }

    static FakeSocket accepted() {
        return connected();
    }

    /// One that is neither connected nor refused, as yet.
    public static FakeSocket undecided() {
        return new FakeSocket();
    }

    /// One that is connected and says more and more, until it is closed.
    public static FakeSocket flooding() {
        var socket = connected();
        socket.endless = true;
        return socket;
    }

    public static FakeSocket refused(String why) {
        var socket = new FakeSocket();
        socket.refusal = new SocketRefusedException(why);
        return socket;
    }

    public synchronized void connects() {
        connected = true;
        notifyAll();
    }

    public synchronized FakeSocket says(String text) {
        toGateway.add(text.getBytes(StandardCharsets.UTF_8));
        notifyAll();
        return this;
    }

    /// Its end-of-file.
    public synchronized void saysNoMore() {
        saidAll = true;
        notifyAll();
    }

    /// It resets the connection.
    public synchronized void breaks() {
        broken = true;
        notifyAll();
    }

    /// From now on it takes nothing, or something again.
    public synchronized void reads(boolean now) {
        reading = now;
        notifyAll();
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    public synchronized String heard() {
        return heard.toString(StandardCharsets.UTF_8);
    }

    public synchronized int heardBytes() {
        return heard.size();
    }

    /// Waits until it has heard all of a text, and no more.
    public void awaitHeard(String text) throws InterruptedException {
        await(
                "heard '" + text + "'",
                socket -> socket.heard.toString(StandardCharsets.UTF_8).equals(text));
    }

    public void awaitHeard(int bytes) throws InterruptedException {
        await("heard " + bytes + " bytes", socket -> socket.heard.size() == bytes);
    }

    /// Waits for the gateway's end-of-file.
    public void awaitEnd() throws InterruptedException {
        await("end of input", socket -> socket.heardEnd);
    }

    public void awaitClosed() throws InterruptedException {
        await("closed", socket -> socket.closed);
    }

    private synchronized void await(String what, Predicate<FakeSocket> condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.test(this)) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("not " + what + ", but " + heard.size() + " bytes: " + heard);
            }
            wait(left / 1_000_000 + 1);
        }
    }

    @Override
    public void receive(Receiver receiver) throws IOException {
        pause(() -> connected || refusal != null);
        if (refusal != null) {
            throw refusal;
        }
        receiver.connected();
        for (var bytes = next(); bytes != null; bytes = next()) {
            receiver.data(bytes, 0, bytes.length);
            receiver.pause();
        }
    }

    private synchronized byte @Nullable [] next() throws IOException {
        pause(() -> !toGateway.isEmpty() || saidAll || endless || broken);
        requireWhole();
        if (endless) {
            return new byte[2000];
        }
        return toGateway.poll();
    }

    @Override
    public synchronized void send(byte[] source, int offset, int length) throws IOException {
        pause(() -> reading);
        requireWhole();
        heard.write(source, offset, length);
        notifyAll();
    }

    @Override
    public synchronized void endOutput() {
        heardEnd = true;
        notifyAll();
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    private void requireWhole() throws IOException {
        if (broken) {
            throw new IOException("Connection reset");
        }
    }

    private interface Condition {
        boolean holds();
    }

    private synchronized void pause(Condition condition) throws IOException {
        try {
            while (!condition.holds() && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        if (closed) {
            throw new AsynchronousCloseException();
        }
    }
}
