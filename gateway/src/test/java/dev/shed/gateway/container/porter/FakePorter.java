package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.porter.frame.FrameWriter;
import dev.shed.gateway.container.porter.frame.Link;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.LinkedBlockingQueue;

/// The far end of a data connection, played by a test.
final class FakePorter implements Link {
    private static final byte[] END = {};

    private final LinkedBlockingQueue<byte[]> toGateway = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream fromGateway = new ByteArrayOutputStream();
    private volatile boolean takesNow;
    private volatile boolean ended;
    private volatile boolean closed;

    void says(FrameWriter frame) {
        toGateway.add(frame.frame());
    }

    void says(byte[] bytes) {
        toGateway.add(bytes);
    }

    void goesAway() {
        toGateway.add(END);
    }

    synchronized byte[] heard() {
        return fromGateway.toByteArray();
    }

    @Override
    public synchronized void send(ByteBuffer... parts) throws IOException {
        for (var part : parts) {
            var bytes = new byte[part.remaining()];
            part.get(bytes);
            fromGateway.write(bytes);
        }
    }

    /// Has room from now on for what is sent without waiting.
    void takesNow() {
        takesNow = true;
    }

    @Override
    public boolean sendNow(byte[] frame) throws IOException {
        if (takesNow) {
            send(ByteBuffer.wrap(frame));
        }
        return takesNow;
    }

    @Override
    public void endOutput() {
        ended = true;
    }

    boolean isClosed() {
        return closed;
    }

    boolean isEnded() {
        return ended;
    }

    @Override
    public void receive(Taker taker) throws IOException {
        try {
            boolean more = true;
            while (more) {
                var bytes = toGateway.take();
                if (closed) {
                    throw new AsynchronousCloseException();
                }
                more = bytes.length > 0 && taker.take(bytes, 0, bytes.length);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        toGateway.add(END);
    }
}
