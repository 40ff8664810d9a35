package dev.shed.gateway.container.docker.engine;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The head of an HTTP/1.1 response: the part of HTTP that the gateway needs.
///
/// @param fields the header fields; lookup ignores case
record HttpHead(int status, Map<String, String> fields) {
    static final int SWITCHING_PROTOCOLS = 101;
    static final int OK = 200;

    /// The engine's heads have some hundred bytes.
    private static final int MAX_BYTES = 16 * 1024;

    HttpHead {
        var sorted = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        sorted.putAll(fields);
        fields = Collections.unmodifiableMap(sorted);
    }

    Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /// Reads a head. Bytes received after it (an upgraded stream starts at once) stay in `buffer`, ready to
    /// be read.
    static HttpHead read(ReadableByteChannel channel, ByteBuffer buffer) throws IOException {
        buffer.clear();
        int end = -1;
        while (end < 0) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the engine closed the connection instead of answering");
            }
            end = endOfHead(buffer);
            if (end > MAX_BYTES || (end < 0 && buffer.position() >= MAX_BYTES)) {
                throw new ProtocolException("the head of the engine's answer is too long");
            }
        }
        buffer.flip();
        var head = new byte[end];
        buffer.get(head);
        return parse(new String(head, StandardCharsets.ISO_8859_1));
    }

    static HttpHead parse(String head) throws ProtocolException {
        var lines = head.lines().toList();
        var fields = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        for (var line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        return new HttpHead(status(lines.isEmpty() ? "" : lines.getFirst()), fields);
    }

    private static int status(String line) throws ProtocolException {
        var words = line.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[1-9][0-9]{2}")) {
            throw new ProtocolException("not an answer of HTTP/1.1: " + line);
        }
        return Integer.parseInt(words[1]);
    }

    /// The index after the empty line, or -1.
    private static int endOfHead(ByteBuffer buffer) {
        for (int i = 3; i < buffer.position(); i++) {
            if (buffer.get(i) == '\n' && buffer.get(i - 1) == '\r' && buffer.get(i - 2) == '\n') {
                return i + 1;
            }
        }
        return -1;
    }
}
