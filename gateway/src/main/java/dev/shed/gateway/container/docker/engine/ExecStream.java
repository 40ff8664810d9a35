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

/// The input and output of one exec: a connection to the engine that began as an HTTP request and was upgraded
/// to a stream. docker-java has no end-of-file on stdin, takes a terminal's bytes for frames and copies in
/// pieces of a kilobyte, so this is written by hand: blocking, on the caller's virtual threads, one
/// thread for each direction.
public final class ExecStream implements Closeable {
    /// As fast as any larger one, measured.
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

    /// Starts an exec that was created before. The engine answers before the process is there.
    static ExecStream open(Path socket, String api, String execId, boolean terminal) throws IOException {
        var body = "{\"Detach\":false,\"Tty\":" + terminal + "}";
        var request = "POST " + api + "/exec/" + execId + "/start HTTP/1.1\r\nHost: docker\r\n"
                + "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
        var exchange = HttpExchange.open(socket, request, ByteBuffer.allocate(BUFFER));
        exchange.expect(HttpHead.SWITCHING_PROTOCOLS);
        return new ExecStream(exchange.channel(), exchange.rest(), terminal);
    }

    /// The process's stdin; closing it is its end-of-file. A terminal has none of its own (people type it), and
    /// the engine would end the output with it, so there it only ends the writing.
    public OutputStream stdin() {
        return stdin;
    }

    /// Copies until the engine closes. Whether there are frames is what we asked for, never guessed from what
    /// comes.
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

    /// Wakes whoever reads or writes.
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
                // The process, or our own end, is gone already: nobody is left to be told.
            }
        }
    }
}
