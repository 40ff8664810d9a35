package dev.shed.gateway.container.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// A stream of changes: a JSON object on each line, of bounded length.
public final class Watch implements AutoCloseable {
    /// Bytes of one line. The server itself takes objects of 1.5 MiB at most.
    static final long LONGEST = 4L << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final InputStream stream;

    Watch(InputStream stream) {
        this.stream = new BufferedInputStream(stream, 1 << 16);
    }

    /// The next change.
    ///
    /// @throws EOFException if the server ended the stream
    /// @throws IOException if it was cut, or is none
    public JsonNode next() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int octet = stream.read(); octet != '\n'; octet = stream.read()) {
            if (octet < 0) {
                throw new EOFException("the watch ended");
            }
            if (line.size() >= LONGEST) {
                throw new IOException("a line of the watch is longer than " + LONGEST + " bytes");
            }
            line.write(octet);
        }
        return JSON.readTree(line.toByteArray());
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
