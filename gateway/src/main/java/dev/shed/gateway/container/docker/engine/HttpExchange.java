package dev.shed.gateway.container.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.SequenceInputStream;
import java.net.ProtocolException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// One request to the engine on a connection of its own, with the head of the response. It is used for what
/// docker-java cannot do (streams), and for what it does too slowly for a login: after a start of the
/// gateway, initialising docker-java's classes takes longer than a login.
///
/// @param rest the bytes received after the head
public record HttpExchange(SocketChannel channel, HttpHead head, ByteBuffer rest) {
    /// Bytes. More than any head, and than most whole responses.
    private static final int BUFFER = 64 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();

    /// Sends a request and waits for the head of the response.
    static HttpExchange open(Path socket, String request, ByteBuffer buffer) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            writeAll(channel, ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            return new HttpExchange(channel, HttpHead.read(channel, buffer), buffer);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// The newest API version of the engine behind `socket`, such as `1.41`.
    static String apiVersion(Path socket) throws IOException {
        var exchange = get(socket, "/_ping");
        try (var _ = exchange.channel()) {
            return exchange.head()
                    .field("Api-Version")
                    .orElseThrow(
                            () -> new ProtocolException("this is not a container engine: it names no Api-Version"));
        }
    }

    /// The engine's response to a GET: a complete object or list.
    ///
    /// @param path with the API's version and the query
    static JsonNode json(Path socket, String path) throws IOException {
        var exchange = get(socket, path);
        try (var channel = exchange.expect(HttpHead.OK).channel()) {
            var begun = new ByteBufferBackedInputStream(exchange.rest);
            var answer = JSON.readTree(new SequenceInputStream(begun, Channels.newInputStream(channel)));
            if (!answer.isContainerNode()) {
                // A truncated response must not be read as an empty list, because then every shed would count
                // as removed.
                throw new EOFException("the engine's answer has no end");
            }
            return answer;
        }
    }

    /// Uses HTTP/1.0, in which a response ends with its connection and is never chunked.
    private static HttpExchange get(Path socket, String path) throws IOException {
        return open(socket, "GET " + path + " HTTP/1.0\r\nHost: docker\r\n\r\n", ByteBuffer.allocate(BUFFER));
    }

    /// Returns this if the status matches. Otherwise closes the connection and throws the engine's refusal.
    HttpExchange expect(int status) throws IOException {
        if (head.status() == status) {
            return this;
        }
        try (channel) {
            throw new EngineRefusedException(head.status(), body());
        }
    }

    public static void writeAll(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private String body() throws IOException {
        int length = head.field("Content-Length").map(Integer::parseInt).orElse(0);
        rest.compact();
        rest.limit(Math.clamp(length, rest.position(), rest.capacity()));
        while (rest.hasRemaining() && channel.read(rest) >= 0) {
            // Reads until the end of the body or until the buffer is full.
        }
        return StandardCharsets.UTF_8.decode(rest.flip()).toString();
    }
}
