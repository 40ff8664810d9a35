package dev.shed.gateway.container.porter.carry;

import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.stream.BlockOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/// The porter's side of a carrier's stream, played by a test.
final class FakeStream implements ContainerProcess {
    private static final byte[] END = {};

    private final LinkedBlockingQueue<byte[]> toGateway = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream fromGateway = new ByteArrayOutputStream();
    private final Semaphore reads = new Semaphore(0);
    private volatile boolean closed;
    private volatile boolean stdinClosed;

    /// A frame as the gateway has sent it.
    @SuppressWarnings("ArrayRecordComponent") // compared by its content
    record Frame(int type, int channel, byte[] payload) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Frame(int otherType, int otherChannel, byte[] bytes)
                    && type == otherType
                    && channel == otherChannel
                    && Arrays.equals(payload, bytes);
        }

        @Override
        public int hashCode() {
            return type;
        }

        @Override
        public String toString() {
            return type + " of " + channel + ", " + payload.length + " bytes";
        }
    }

    /// One that has sent its first byte, and reads everything.
    static FakeStream greeted() {
        var stream = new FakeStream();
        stream.reads();
        stream.says(CarryFrames.VERSION);
        return stream;
    }

    /// It reads what the gateway sends, from now on.
    void reads() {
        reads.release(Integer.MAX_VALUE / 2);
    }

    void says(byte... bytes) {
        toGateway.add(bytes);
    }

    void says(int type, long channel, byte... payload) {
        says(frame(type, channel, payload));
    }

    static byte[] frame(int type, long channel, byte... payload) {
        return ByteBuffer.allocate(CarryFrames.HEADER + payload.length)
                .put((byte) type)
                .putInt((int) channel)
                .putInt(payload.length)
                .put(payload)
                .array();
    }

    void adjusts(long channel, int bytes) {
        says(
                CarryFrames.WINDOW_ADJUST,
                channel,
                ByteBuffer.allocate(Integer.BYTES).putInt(bytes).array());
    }

    /// Its process ends.
    void ends() {
        toGateway.add(END);
    }

    boolean isClosed() {
        return closed;
    }

    boolean isStdinClosed() {
        return stdinClosed;
    }

    /// All that the gateway has sent so far. A frame that has not been sent whole is an error.
    synchronized List<Frame> heard() {
        var frames = new ArrayList<Frame>();
        var bytes = ByteBuffer.wrap(fromGateway.toByteArray());
        while (bytes.hasRemaining()) {
            int type = bytes.get();
            int channel = bytes.getInt();
            var payload = new byte[bytes.getInt()];
            bytes.get(payload);
            frames.add(new Frame(type, channel, payload));
        }
        return frames;
    }

    List<Frame> heard(int type) {
        return heard().stream().filter(frame -> frame.type() == type).toList();
    }

    long heardBytes(int channel) {
        return heard(CarryFrames.DATA).stream()
                .filter(frame -> frame.channel() == channel)
                .mapToLong(frame -> frame.payload().length)
                .sum();
    }

    @Override
    public OutputStream stdin() {
        return new BlockOutput() {
            @Override
            public void write(byte[] source, int offset, int length) throws IOException {
                reads.acquireUninterruptibly();
                if (closed) {
                    throw new AsynchronousCloseException();
                }
                synchronized (FakeStream.this) {
                    fromGateway.write(source, offset, length);
                }
            }

            @Override
            public void close() {
                stdinClosed = true;
            }
        };
    }

    @Override
    public void copyOutput(OutputStream out, OutputStream err) throws IOException {
        try {
            for (var bytes = toGateway.take(); bytes.length > 0; bytes = toGateway.take()) {
                out.write(bytes);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        if (closed) {
            throw new AsynchronousCloseException();
        }
    }

    @Override
    public ExitStatus waitFor() {
        return ExitStatus.SUCCESS;
    }

    @Override
    public void resize(WindowSize size) {}

    @Override
    public void signal(String name) {}

    @Override
    public void close() {
        closed = true;
        reads.release();
        ends();
    }
}
