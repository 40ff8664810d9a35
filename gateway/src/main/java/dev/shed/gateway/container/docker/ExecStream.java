package dev.shed.gateway.container.docker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ProtocolException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The input and output of one exec: a connection to the engine that began as an HTTP request and was upgraded
/// to a stream. docker-java has no end-of-file on stdin, takes a terminal's bytes for frames and copies in
/// pieces of a kilobyte, so this is written by hand: blocking, on the caller's virtual threads, one
/// thread for each direction.
final class ExecStream implements Closeable {
    /// As fast as any larger one, measured.
    private static final int BUFFER = 64 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();

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
        var channel = connect(socket);
        try {
            var buffer = ByteBuffer.allocate(BUFFER);
            var head = exchange(channel, request, buffer);
            if (head.status() != HttpHead.SWITCHING_PROTOCOLS) {
                throw refusal(head, buffer, channel);
            }
            return new ExecStream(channel, buffer, terminal);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// The newest API version of the engine behind `socket`, such as `1.41`.
    static String apiVersion(Path socket) throws IOException {
        try (var channel = connect(socket)) {
            var request = "GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n";
            return exchange(channel, request, ByteBuffer.allocate(BUFFER))
                    .field("Api-Version")
                    .orElseThrow(
                            () -> new ProtocolException("this is not a container engine: it names no Api-Version"));
        }
    }

    /// The process's stdin; closing it is its end-of-file. A terminal has none of its own (people type it), and
    /// the engine would end the output with it, so there it only ends the writing.
    OutputStream stdin() {
        return stdin;
    }

    /// Copies until the engine closes. Whether there are frames is what we asked for, never guessed from what
    /// comes.
    void copyOutput(OutputStream out, OutputStream err) throws IOException {
        var frames = new FrameDemultiplexer(out, err);
        for (boolean open = true; open; buffer.flip()) {
            if (!terminal) {
                frames.accept(buffer);
            } else if (buffer.hasRemaining()) {
                out.write(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
                out.flush();
            }
            buffer.clear();
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

    private static SocketChannel connect(Path socket) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static HttpHead exchange(SocketChannel channel, String request, ByteBuffer rest) throws IOException {
        writeAll(channel, ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        return HttpHead.read(channel, rest);
    }

    private static void writeAll(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /// The engine's no, as docker-java would say it.
    private static DockerException refusal(HttpHead head, ByteBuffer rest, SocketChannel channel) throws IOException {
        var message = message(head, rest, channel);
        return switch (head.status()) {
            case HttpHead.NOT_FOUND -> new NotFoundException(message);
            case HttpHead.CONFLICT -> new ConflictException(message);
            default -> new DockerException(message, head.status());
        };
    }

    private static String message(HttpHead head, ByteBuffer rest, SocketChannel channel) throws IOException {
        int length = head.field("Content-Length").map(Integer::parseInt).orElse(0);
        rest.compact();
        rest.limit(Math.clamp(length, rest.position(), rest.capacity()));
        while (rest.hasRemaining() && channel.read(rest) >= 0) {
            // Until the whole of it, or as much as we care for, is here.
        }
        var body = StandardCharsets.UTF_8.decode(rest.flip()).toString();
        return length == 0
                ? "status " + head.status()
                : JSON.readTree(body).path("message").asText(body);
    }

    private final class Stdin extends OutputStream {
        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            writeAll(channel, ByteBuffer.wrap(source, offset, length));
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
