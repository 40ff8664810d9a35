package dev.shed.gateway.metrics;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A client of HTTP that sends what it is told.
public final class Http {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Http() {}

    /// An answer: the status, the headers as they came, and the body.
    public record Answer(int status, String headers, String body) {}

    public static Answer get(InetSocketAddress at, String path) throws IOException {
        return send(at, "GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n");
    }

    /// Sends a request, and reads until the other side closes the connection.
    public static Answer send(InetSocketAddress at, String request) throws IOException {
        try (var socket = connect(at)) {
            write(socket, request);
            return read(socket);
        }
    }

    static Socket connect(InetSocketAddress at) throws IOException {
        var socket = new Socket();
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(at, (int) PATIENCE.toMillis());
        return socket;
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Answer read(Socket socket) throws IOException {
        var text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0 || !text.startsWith("HTTP/1.1 ")) {
            throw new IOException("no answer: " + text);
        }
        return new Answer(Integer.parseInt(text.substring(9, 12)), text.substring(0, end), text.substring(end + 4));
    }
}
