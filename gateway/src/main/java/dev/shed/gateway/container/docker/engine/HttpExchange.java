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

/// One request to the engine on a connection of its own, and the head of the answer: for what docker-java
/// cannot do (streams), and for what it does too slowly for a login. Its classes describe everything that an
/// engine can say, and to learn them costs a gateway that has just started more than a login does.
///
/// @param rest what came behind the head
public record HttpExchange(SocketChannel channel, HttpHead head, ByteBuffer rest) {
    /// More than any head, and most answers whole.
    private static final int BUFFER = 64 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();

    /// Sends a request and waits for the head of the answer.
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

    /// What the engine answers to a GET: an object or a list, whole.
    ///
    /// @param path with the API's version and the query
    static JsonNode json(Path socket, String path) throws IOException {
        var exchange = get(socket, path);
        try (var channel = exchange.expect(HttpHead.OK).channel()) {
            var begun = new ByteBufferBackedInputStream(exchange.rest);
            var answer = JSON.readTree(new SequenceInputStream(begun, Channels.newInputStream(channel)));
            if (!answer.isContainerNode()) {
                // Cut off before it began: to take that for an empty list would be to forget every shed.
                throw new EOFException("the engine's answer has no end");
            }
            return answer;
        }
    }

    /// In HTTP/1.0 an answer ends with its connection, and comes in no chunks.
    private static HttpExchange get(Path socket, String path) throws IOException {
        return open(socket, "GET " + path + " HTTP/1.0\r\nHost: docker\r\n\r\n", ByteBuffer.allocate(BUFFER));
    }

    /// Another status is the engine's no, and closes the connection.
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
            // Until the whole of it, or as much as we care for, is here.
        }
        return StandardCharsets.UTF_8.decode(rest.flip()).toString();
    }
}
