package dev.shed.gateway.recording;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.shed.gateway.container.WindowSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A file in asciinema's format asciicast v2: a header, and a line for each event. Readable by its owner
/// only. Not thread-safe.
final class RecordingFile {
    private static final JsonMapper JSON = new JsonMapper();
    private static final long MICROS = 1_000_000;

    private final Path path;
    private final long maxSize;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);

    /// The incomplete UTF-8 character at the end of the last output.
    private ByteBuffer undecoded = ByteBuffer.allocate(0);

    private @Nullable SeekableByteChannel channel;
    private long size;
    private boolean over;

    private RecordingFile(Path path, long maxSize) {
        this.path = path;
        this.maxSize = maxSize;
    }

    /// Creates a new file.
    ///
    /// @param maxSize the limit on its size, in bytes
    /// @param title the session's address
    static RecordingFile create(Path path, long maxSize, String title, WindowSize size, Instant now)
            throws IOException {
        Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        var file = new RecordingFile(path, maxSize);
        var header = new LinkedHashMap<String, Object>();
        header.put("version", 2);
        header.put("width", size.columns());
        header.put("height", size.rows());
        header.put("timestamp", now.getEpochSecond());
        header.put("title", title);
        header.put("env", Map.of("TERM", "xterm-256color"));
        file.begin(json(header));
        return file;
    }

    /// Writes the header. If that fails, the file is removed, since it would not be a recording.
    private void begin(String header) throws IOException {
        try {
            append(header);
        } catch (IOException e) {
            end();
            Files.deleteIfExists(path);
            throw e;
        }
    }

    Path path() {
        return path;
    }

    /// Whether nothing more will be written: the file has reached its size limit, or writing failed.
    boolean isOver() {
        return over;
    }

    /// @param micros microseconds since the header's timestamp
    void write(long micros, Entry entry) throws IOException {
        if (over) {
            return;
        }
        switch (entry) {
            case Entry.Output(var bytes) -> event(micros, "o", decode(bytes.bytes()));
            case Entry.Resize(var to) -> event(micros, "r", to.columns() + "x" + to.rows());
            case Entry.Mark(var text) -> event(micros, "m", text);
            case Entry.Idle _ -> close();
        }
        if (size >= maxSize && !over) {
            event(micros, "m", "the recording ends here: it has the size of recording.max-size");
            end();
        }
    }

    /// Ends the recording after a failure, and keeps the file.
    void end() throws IOException {
        over = true;
        close();
    }

    private String decode(byte[] more) {
        var bytes = ByteBuffer.allocate(undecoded.remaining() + more.length);
        bytes.put(undecoded).put(more).flip();
        // Each byte decodes to one character at most.
        var characters = CharBuffer.allocate(bytes.remaining() + 1);
        decoder.reset();
        decoder.decode(bytes, characters, false);
        undecoded = bytes.slice();
        return characters.flip().toString();
    }

    private void event(long micros, String kind, String data) throws IOException {
        if (!data.isEmpty()) {
            append(String.format(
                    Locale.ROOT, "[%d.%06d, \"%s\", %s]", micros / MICROS, micros % MICROS, kind, json(data)));
        }
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps, texts and numbers are always JSON", e);
        }
    }

    /// Appends a line completely or not at all.
    private void append(String line) throws IOException {
        var bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        var to = open();
        try {
            to.position(size);
            while (bytes.hasRemaining()) {
                to.write(bytes);
            }
            size = to.position();
        } catch (IOException e) {
            truncate(to, e);
            throw e;
        }
    }

    private void truncate(SeekableByteChannel to, IOException failure) {
        try {
            to.truncate(size);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private SeekableByteChannel open() throws IOException {
        var now = channel;
        if (now == null) {
            now = Files.newByteChannel(path, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
            channel = now;
        }
        return now;
    }

    private void close() throws IOException {
        var now = channel;
        channel = null;
        if (now != null) {
            now.close();
        }
    }
}
