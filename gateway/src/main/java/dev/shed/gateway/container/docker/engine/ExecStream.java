package dev.shed.gateway.container.docker.engine;

import dev.shed.gateway.stream.BlockOutput;
import dev.shed.gateway.stream.Pace;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// The input and output of one exec: a connection to the engine that starts as an HTTP request and is
/// upgraded to a stream. docker-java has no end-of-file on stdin, decodes a terminal's bytes as frames, and
/// copies in blocks of a kilobyte. So this is implemented here: blocking, on the caller's virtual threads,
/// one thread for each direction.
public final class ExecStream implements Closeable {
    /// Bytes. A larger buffer is not faster (measured).
    private static final int BUFFER = 64 * 1024;

    private final SocketChannel channel;
    private final ByteBuffer buffer;
    private final boolean terminal;
    private final OutputStream stdin = new Stdin();

    private ExecStream(SocketChannel channel, ByteBuffer buffer, boolean terminal) {
        this.channel = channel;
        this.buffer = buffer;
        this.terminal = terminal;
    }

    /// Starts an exec that was created before. The engine responds before the process exists.
    static ExecStream open(Path socket, String api, String execId, boolean terminal) throws IOException {
        var body = "{\"Detach\":false,\"Tty\":" + terminal + "}";
        var request = "POST " + api + "/exec/" + execId + "/start HTTP/1.1\r\nHost: docker\r\n"
                + "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
        var exchange = HttpExchange.open(socket, request, ByteBuffer.allocate(BUFFER));
        exchange.expect(HttpHead.SWITCHING_PROTOCOLS);
        return new ExecStream(exchange.channel(), exchange.rest(), terminal);
    }

    /// The process's stdin. Closing it sends end-of-file. On a terminal, end-of-file is typed, and the engine
    /// would also end the output, so there closing only prevents further writes.
    public OutputStream stdin() {
        return stdin;
    }

    /// Copies the output until the engine closes the stream. Whether the stream has frames depends on the
    /// request, and is never guessed from the data.
    public void copyOutput(OutputStream out, OutputStream err) throws IOException {
        var frames = new FrameDemultiplexer(out, err);
        var pace = new Pace();
        for (boolean open = true; open; buffer.flip()) {
            if (!terminal) {
                frames.accept(buffer);
            } else if (buffer.hasRemaining()) {
                out.write(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
                out.flush();
            }
            buffer.clear();
            pace.giveWay();
            open = channel.read(buffer) >= 0;
        }
        frames.end();
    }

    /// Closes the connection and wakes the threads that read or write.
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing a local socket cannot fail", e);
        }
    }

    private final class Stdin extends BlockOutput {
        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            HttpExchange.writeAll(channel, ByteBuffer.wrap(source, offset, length));
        }

        @Override
        public void close() {
            if (terminal) {
                return;
            }
            try {
                channel.shutdownOutput();
            } catch (IOException _) {
                // The connection is closed already.
            }
        }
    }
}
