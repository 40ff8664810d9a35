package dev.shed.gateway.container.docker.engine;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/// Demultiplexes the output of a process without a terminal. A frame has one byte for its kind (1 stdout, 2
/// stderr), three zero bytes, four bytes for the length, and the payload. Payload is passed on as it arrives
/// and never collected, so a frame may have any length.
final class FrameDemultiplexer {
    private static final int HEADER = 8;
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    /// The kind of the engine's own messages.
    private static final int SYSTEM = 3;

    private final OutputStream out;
    private final OutputStream err;
    private final ByteBuffer header = ByteBuffer.allocate(HEADER);
    private OutputStream target;
    private long remaining;

    FrameDemultiplexer(OutputStream out, OutputStream err) {
        this.out = out;
        this.err = err;
        this.target = out;
    }

    /// Processes all of `bytes`, which must have a backing array.
    void accept(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (remaining == 0) {
                readHeader(bytes);
            } else {
                int length = (int) Math.min(remaining, bytes.remaining());
                target.write(bytes.array(), bytes.arrayOffset() + bytes.position(), length);
                bytes.position(bytes.position() + length);
                remaining -= length;
            }
        }
        out.flush();
        err.flush();
    }

    /// Handles the end of the stream.
    ///
    /// @throws EOFException if it is in the middle of a frame
    void end() throws EOFException {
        if (remaining > 0 || header.position() > 0) {
            throw new EOFException("the engine's stream ended inside a frame");
        }
    }

    private void readHeader(ByteBuffer bytes) throws IOException {
        while (header.hasRemaining() && bytes.hasRemaining()) {
            header.put(bytes.get());
        }
        if (header.hasRemaining()) {
            return;
        }
        header.flip();
        target = target(header.getInt());
        remaining = Integer.toUnsignedLong(header.getInt());
        header.clear();
    }

    private OutputStream target(int kind) throws ProtocolException {
        return switch (Integer.rotateLeft(kind, Byte.SIZE)) {
            case STDIN, STDOUT -> out;
            case STDERR, SYSTEM -> err;
            default -> throw new ProtocolException("not a frame of the engine's: 0x" + Integer.toHexString(kind));
        };
    }
}
